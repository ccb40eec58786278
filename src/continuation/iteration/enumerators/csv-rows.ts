/** Reads a CSV file from a cursor on: opens it, finds the place, names the columns, knows the last row. */
import { crc32 } from 'node:zlib';
import { columnsOf, rowFrom } from './csv-columns.js';
import { type CsvCursor, checkCsvCursor, checkSameFile } from './csv-cursor.js';
import { CsvFileChangedError, type CsvRowExtent, MalformedRowError } from './csv-errors.js';
import type { CsvFile, OpenCsvFile } from './csv-file.js';
import type { CsvItem } from './csv-item.js';
import type { CsvPlace } from './csv-lines.js';
import { beginningOf, type CsvFormat, type CsvRecord, readRecords } from './csv-records.js';
import { type CsvEncoding, type CsvText, FileChangedWhileReadError, openText } from './csv-text.js';
import type { Entry } from './enumerator.js';

export interface CsvSource {
  readonly file: CsvFile;
  readonly format: CsvFormat;
  /** Undefined: as the file says. */
  readonly encoding: CsvEncoding | undefined;
  /** What the header must be; null: any, or none where `columns` are given. */
  readonly header: readonly string[] | null;
  /** The names of the columns of a file without a header. */
  readonly columns: readonly string[] | null;
}

/** @throws CsvFileChangedError, CsvHeaderError, CursorMismatchError, and what the file system throws */
export async function* rowsAfter(
  source: CsvSource,
  cursor: CsvCursor | null,
): AsyncGenerator<Entry<CsvItem, CsvCursor>> {
  if (cursor !== null) checkCsvCursor(cursor);
  const { name } = source.file;
  const open = await opened(source.file, cursor);
  try {
    const text = await openText(name, open, source.encoding);
    if (cursor !== null) await checkSameFile(name, text, cursor);
    const start = await startOf(source, text, cursor);
    let held: Entry<CsvItem, CsvCursor> | null = null;
    if (start !== null) {
      const entryOf = namingRows(source, text, start);
      for await (const records of readRecords(text, start.place, source.format))
        for (const found of records) {
          // One row is held back until there is a next: so the last one is known to be it.
          if (held !== null) yield held;
          held = entryOf(found);
        }
    }
    // Else the last row may be half of one, of a file that is still being written.
    await text.assertEnded();
    if (held !== null) yield { ...held, last: true };
  } catch (error) {
    if (!(error instanceof FileChangedWhileReadError)) throw error;
    throw new CsvFileChangedError(name, error.change, error.what, { cause: error });
  } finally {
    await open.close();
  }
}

interface Start {
  readonly columns: readonly string[];
  readonly place: CsvPlace;
  /** Rows before the place. */
  readonly record: number;
}

/** Where the rows begin, and what their columns are; null: the file is empty. */
async function startOf(
  { file, format, header, columns }: CsvSource,
  text: CsvText,
  cursor: CsvCursor | null,
): Promise<Start | null> {
  const beginning = { offset: text.start, line: 1 };
  const resumed = cursor && { place: { offset: cursor.offset, line: cursor.line }, record: cursor.record };
  const known = columns ?? (resumed && header);
  if (known !== null) return { columns: known, place: beginning, record: 0, ...resumed };
  const first = await firstRecord(text, beginning, format);
  if (first === null) return null;
  return { columns: columnsOf(file.name, first, header), place: first.end, record: 0, ...resumed };
}

async function firstRecord(text: CsvText, from: CsvPlace, format: CsvFormat): Promise<CsvRecord | null> {
  for await (const [record] of readRecords(text, from, format)) if (record !== undefined) return record;
  return null;
}

/** Makes entries of a file's records, one after another. */
function namingRows(
  { file, format }: CsvSource,
  text: CsvText,
  { columns, record: before }: Start,
): (found: CsvRecord) => Entry<CsvItem, CsvCursor> {
  const size = text.size;
  const head = crc32(text.head);
  const version = text.version === null ? {} : { version: text.version };
  const naming = { columns, delimiter: format.delimiter };
  let record = before;
  return (found) => {
    record += 1;
    const { end, line, checksum } = found;
    return {
      item: itemOf(file.name, found, naming, { line, record }),
      cursor: { offset: end.offset, record, line: end.line, before: checksum, size, head, ...version },
    };
  };
}

function itemOf(
  file: string,
  record: CsvRecord,
  { columns, delimiter }: { readonly columns: readonly string[]; readonly delimiter: string },
  place: { readonly line: number; readonly record: number },
): CsvItem {
  const malformed = (problem: string, extent: CsvRowExtent, beginning: string): CsvItem => ({
    kind: 'malformed',
    ...place,
    error: new MalformedRowError(file, place.line, problem, extent, beginning),
  });
  if (record.kind === 'broken') return malformed(record.problem, record.extent, record.beginning);
  const read = rowFrom(record.fields, columns);
  if ('row' in read) return { kind: 'row', ...place, row: read.row };
  return malformed(read.problem, 'known', beginningOf(Buffer.from(record.fields.join(delimiter))));
}

async function opened(file: CsvFile, cursor: CsvCursor | null): Promise<OpenCsvFile> {
  try {
    return await file.open();
  } catch (error) {
    // At a run's beginning the file system says it well enough itself.
    if (cursor === null || !isMissing(error)) throw error;
    throw new CsvFileChangedError(file.name, 'missing', "isn't there any more (or not for this worker)", {
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
