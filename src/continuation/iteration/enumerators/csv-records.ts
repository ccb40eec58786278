/**
 * The records of a CSV text from any place between two of them, each with the place after it.
 *
 * D1  A place is exact: reading on from it gives the records that would have come next.
 * D2  Blank lines are no records; a last line needs no end; a line ends with \n, \r\n or \r, also mixed.
 * D3  Of a record whose quotes don't fit nobody knows where it ends. It is taken to be its first line, its extent is
 *     `guessed`, and reading goes on at the next line: so a quote that is never closed costs one line and not the rest of
 *     the file. But what was the inside of such a record may then come as records, and look like good ones.
 * D4  Memory stays flat: a piece of the file and its records at a time, and no record beyond the limit. One that is larger
 *     is broken as a whole, up to its real end; where it has none, as in D3.
 */
import { crc32 } from 'node:zlib';
import { CsvError, Parser } from 'csv-parse';
import type { CsvRowExtent } from './csv-errors.js';
import { type CsvPlace, countLineEnds, endsLine, firstLine, lineEndAt } from './csv-lines.js';
import { endOfRecord } from './csv-long-record.js';
import { type CsvText, startOfBytesBefore } from './csv-text.js';
import { ByteWindow } from './csv-window.js';

export interface CsvFormat {
  readonly delimiter: string;
  /** Null: quotes are nothing special. */
  readonly quote: string | null;
  readonly maxRowBytes: number;
}

export type CsvRecord = {
  /** The line that it begins on. */
  readonly line: number;
  /** The place after it. */
  readonly end: CsvPlace;
  /** Of the bytes just before that place. */
  readonly checksum: number;
} & (
  | { readonly kind: 'fields'; readonly fields: readonly string[] }
  | {
      readonly kind: 'broken';
      readonly problem: string;
      readonly extent: CsvRowExtent;
      /** Its first characters. */
      readonly beginning: string;
    }
);

/** Records as they are found, a piece of the file at a time. */
export async function* readRecords(
  text: CsvText,
  from: CsvPlace,
  format: CsvFormat,
): AsyncGenerator<readonly CsvRecord[]> {
  let at = from;
  for (;;) {
    const broken = yield* readUntilBroken(text, at, format);
    if (broken === null) return;
    const whole = broken.isTooLarge ? await endOfRecord(text, broken.after, format) : null;
    const { line, end } = whole ?? (await firstLine(text, broken.after));
    // Of half a unit at the file's end the text has a whole one.
    const offset = Math.min(text.size, end.offset);
    const before = await text.before(offset);
    at = { line: end.line + (endsLine(before, text.encoding) ? 0 : 1), offset };
    const checksum = crc32(before);
    const extent = whole === null ? 'guessed' : 'known';
    const problem = problemOf(broken.error, format, extent);
    const beginning = await beginningAt(text, broken.after);
    yield [{ kind: 'broken', problem, extent, beginning, line, end: at, checksum }];
  }
}

/** Enough to find a row again in its file. */
const longestBeginning = 200;

/** A row's beginning, without the blank lines before it: its first line, of that the first characters. */
export function beginningOf(text: Buffer): string {
  const [line = ''] = text
    .toString('utf8')
    .replace(/^[\r\n]+/, '')
    .split(/[\r\n]/, 1);
  return line.slice(0, longestBeginning);
}

async function beginningAt(text: CsvText, { offset }: CsvPlace): Promise<string> {
  for await (const { text: piece } of text.pieces(offset)) return beginningOf(piece);
  return '';
}

interface Broken {
  /** The place after the last record that could be read. */
  readonly after: CsvPlace;
  readonly error: CsvError;
  readonly isTooLarge: boolean;
}

async function* readUntilBroken(
  text: CsvText,
  from: CsvPlace,
  format: CsvFormat,
): AsyncGenerator<readonly CsvRecord[], Broken | null> {
  const parse = new PieceParser(format);
  const place = new Places(text, from, await text.before(from.offset));
  try {
    for await (const piece of text.pieces(from.offset)) {
      place.read(piece);
      const { found, error } = await parse.piece(piece.text);
      yield found.map((record) => place.of(record));
      if (error !== null) return brokenAfter(place.last, error);
    }
    const { found, error } = await parse.end();
    yield found.map((record) => place.of(record));
    return error === null ? null : brokenAfter(place.last, error);
  } finally {
    parse.close();
  }
}

function brokenAfter(after: CsvPlace, error: Error): Broken {
  if (!(error instanceof CsvError)) throw error;
  return { after, error, isTooLarge: error.code === 'CSV_MAX_RECORD_SIZE' };
}

interface ParsedRecord {
  readonly fields: readonly string[];
  /** Bytes of text parsed with it, from where the parser began. */
  readonly textEnd: number;
}

interface ParsedPiece {
  readonly found: readonly ParsedRecord[];
  readonly error: Error | null;
}

/** csv-parse, a piece at a time: its stream would throw away the records before an error. */
class PieceParser {
  #found: ParsedRecord[] = [];
  readonly #parser: Parser;

  constructor({ delimiter, quote, maxRowBytes }: CsvFormat) {
    this.#parser = new Parser({
      delimiter,
      quote,
      escape: quote ?? false,
      max_record_size: maxRowBytes,
      // The number of columns is checked where they are known.
      relax_column_count: true,
      skip_empty_lines: true,
      // Found out by itself it would be the first line's end alone.
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (fields: string[], { bytes }) => {
        this.#found.push({ fields, textEnd: bytes });
        return null;
      },
    });
    // Each write reports its own.
    this.#parser.on('error', () => undefined);
  }

  piece(text: Buffer): Promise<ParsedPiece> {
    return new Promise((resolve) => {
      this.#parser.write(text, (error) => resolve(this.#parsed(error)));
    });
  }

  end(): Promise<ParsedPiece> {
    return new Promise((resolve) => {
      this.#parser.end((error?: Error | null) => resolve(this.#parsed(error)));
    });
  }

  close(): void {
    this.#parser.destroy();
  }

  #parsed(error: Error | null | undefined): ParsedPiece {
    const found = this.#found;
    this.#found = [];
    return { found, error: error ?? null };
  }
}

/** Where records stand: what csv-parse counts in text, in the file's bytes and lines. */
class Places {
  /** After the newest record, and the blank lines that are known to follow it. */
  last: CsvPlace;
  #lastText = 0;
  readonly #text: CsvText;
  readonly #bytesRead: ByteWindow;
  readonly #textRead = new ByteWindow(0);

  constructor(text: CsvText, from: CsvPlace, before: Buffer) {
    this.#text = text;
    this.last = from;
    this.#bytesRead = new ByteWindow(from.offset - before.length, before);
  }

  read({ bytes, text }: { readonly bytes: Buffer; readonly text: Buffer }): void {
    this.#bytesRead.append(bytes, startOfBytesBefore(this.last.offset));
    this.#textRead.append(text, this.#lastText);
    this.#passBlankLines();
  }

  /** Not kept until a record comes: there may be millions of them. */
  #passBlankLines(): void {
    let at = this.#lastText;
    let lines = 0;
    for (;;) {
      const length = lineEndAt(this.#textRead.byteAt(at), this.#textRead.byteAt(at + 1));
      if (length === 0) break;
      at += length;
      lines += 1;
    }
    if (lines === 0) return;
    const passed = this.#text.bytesOf(this.#textRead.slice(this.#lastText, at));
    this.last = { offset: this.last.offset + passed, line: this.last.line + lines };
    this.#lastText = at;
  }

  of({ fields, textEnd }: ParsedRecord): CsvRecord {
    const text = this.#textRead.slice(this.#lastText, textEnd);
    const { all, blankFirst } = countLineEnds(text);
    const line = this.last.line + blankFirst;
    const offset = Math.min(this.#text.size, this.last.offset + this.#text.bytesOf(text));
    const isText = this.#text.isText(this.#bytesRead.slice(this.last.offset, offset), text);
    const end = { offset, line: this.last.line + all + (endsLine(text) ? 0 : 1) };
    const checksum = crc32(this.#bytesRead.slice(startOfBytesBefore(offset), offset));
    this.last = end;
    this.#lastText = textEnd;
    if (isText) return { kind: 'fields', fields, line, end, checksum };
    const problem = `it is not ${encodingNames[this.#text.encoding]} (is the file of another encoding?)`;
    return { kind: 'broken', problem, extent: 'known', beginning: beginningOf(text), line, end, checksum };
  }
}

const encodingNames = { utf8: 'UTF-8', utf16le: 'UTF-16', latin1: 'Latin-1' } as const;

function problemOf(error: CsvError, { maxRowBytes }: CsvFormat, extent: CsvRowExtent): string {
  switch (error.code) {
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a quoted field goes on after its closing quote (a quote within one must be doubled)';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands in a field that does not begin with one';
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is never closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `it is longer than ${maxRowBytes} bytes${extent === 'guessed' ? ' (is a quote never closed?)' : ''}`;
    default:
      return error.message;
  }
}
