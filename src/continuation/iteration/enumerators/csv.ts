/**
 * The rows of a CSV file, one after another, without ever holding more than a piece of it.
 *
 * R1  It resumes by bytes, right after the last row that is done: what is done isn't read again, but for the header.
 * R2  A file whose size, beginning (4 KiB) or 4 KiB before the cursor changed is refused (CsvFileChangedError says what
 *     changed), and so is one that changes while an attempt reads it, a file that is still being written among them. What
 *     a file without a version of its own can't show: a change elsewhere, of the same size, between two attempts.
 * R3  A row that can't be read is an item too, of the kind `malformed`, with its line and a cursor of its own: the job's
 *     error policy decides, and a run can go on after it. Where its quotes don't fit, its `error.extent` is `guessed`: it
 *     is taken to be its first line, and rows after it may be pieces of it; see csv-records.ts.
 * R4  Blank lines are no rows. A row has exactly the columns of the header, or it is malformed. Values are strings as they
 *     stand in the file: nothing is trimmed, cast or guessed.
 * R5  UTF-8, UTF-16 (low byte first) and Latin-1; a byte order mark says which and is no value. Bytes that aren't
 *     text in it make a row malformed.
 * R6  The file is closed when the items end, and when whoever asks for them stops.
 *
 * @see job-iteration lib/job-iteration/csv_enumerator.rb, which counts rows and reads all of them again
 */
import { nameTwice } from './csv-columns.js';
import type { CsvCursor } from './csv-cursor.js';
import { type CsvFile, localFile } from './csv-file.js';
import type { CsvItem } from './csv-item.js';
import type { CsvFormat } from './csv-records.js';
import { rowsAfter } from './csv-rows.js';
import type { CsvEncoding } from './csv-text.js';
import type { Enumerator } from './enumerator.js';

export interface CsvOptions {
  /** What stands between two values; default: a comma. */
  readonly delimiter?: string;
  /** What stands around a value with delimiters, quotes (doubled) or line ends in it; null: nothing does. Default: `"`. */
  readonly quote?: string | null;
  /** Default: what the file's byte order mark says, else UTF-8. */
  readonly encoding?: CsvEncoding;
  /** A row that is larger is malformed: what a quote that is never closed may take of the memory. Default: 1 MiB. */
  readonly maxRowBytes?: number;
}

/** The names of the columns, known before the file is: rows have them for a type. */
export type CsvColumns<Column extends string> =
  /** The file's first row is a header of exactly these. */
  | { readonly header: readonly Column[]; readonly columns?: never }
  /** The file has no header: its first row is a row. */
  | { readonly columns: readonly Column[]; readonly header?: never };

const aMebibyte = 1024 * 1024;

/**
 * @param file a path, at which every worker must see the same file, or a `CsvFile` of your own
 * @throws RangeError for a delimiter, quote or limit that can't be one; TypeError for columns of one name. When it is read:
 *   CsvFileChangedError, CsvHeaderError, CursorMismatchError, and what the file system throws
 */
export function csv<Column extends string>(
  file: string | CsvFile,
  options: CsvOptions & CsvColumns<Column>,
): Enumerator<CsvItem<Column>, CsvCursor>;
export function csv(file: string | CsvFile, options?: CsvOptions): Enumerator<CsvItem, CsvCursor>;
export function csv(
  file: string | CsvFile,
  options: CsvOptions & { readonly header?: readonly string[]; readonly columns?: readonly string[] } = {},
): Enumerator<CsvItem, CsvCursor> {
  const { header, columns, encoding } = options;
  const twice = nameTwice(header ?? columns ?? []);
  if (twice !== null) throw new TypeError(`csv(…): two columns have the name ${JSON.stringify(twice)}.`);
  const source = {
    file: typeof file === 'string' ? localFile(file) : file,
    format: formatOf(options),
    encoding,
    header: header ?? null,
    columns: columns ?? null,
  };
  return { after: (cursor) => rowsAfter(source, cursor) };
}

function formatOf({ delimiter = ',', quote = '"', maxRowBytes = aMebibyte }: CsvOptions): CsvFormat {
  const special = /[\r\n\u{feff}]/u;
  if (delimiter === '' || special.test(delimiter) || (quote !== null && delimiter.includes(quote)))
    throw new RangeError(`csv(…): ${JSON.stringify(delimiter)} can't be the delimiter.`);
  if (quote !== null && ([...quote].length !== 1 || special.test(quote)))
    throw new RangeError(
      `csv(…): ${JSON.stringify(quote)} can't be the quote: it is one character, or null.`,
    );
  if (!Number.isSafeInteger(maxRowBytes) || maxRowBytes < 1)
    throw new RangeError(`csv(…): maxRowBytes is ${maxRowBytes}; it must be a whole number from 1 up.`);
  return { delimiter, quote, maxRowBytes };
}
