/**
 * The cursor of a CSV file: a place in bytes, and what the file must still look like for it to be that place.
 *
 * G1  Size, beginning and the bytes just before the place must be as they were, else CsvFileChangedError says what isn't.
 * G2  A change elsewhere that keeps the size isn't seen: to see it, the whole file would have to be read again.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { CsvFileChangedError } from './csv-errors.js';
import type { CsvText } from './csv-text.js';
import { CursorMismatchError } from './enumerator.js';

export type CsvCursor = {
  /** Bytes of the file up to the end of the row. */
  readonly offset: number;
  /** Rows up to and with this one, malformed ones too; the header is none. */
  readonly record: number;
  /** The line after the row. */
  readonly line: number;
  /** The file's size in bytes. */
  readonly size: number;
  /** Checksum (CRC-32) of the file's beginning. */
  readonly head: number;
  /** Checksum (CRC-32) of the bytes just before the offset. */
  readonly before: number;
};

const count = z.int().min(0);
const cursorSchema = z.object({
  offset: count,
  record: count,
  line: count,
  size: count,
  head: count,
  before: count,
});

/** @throws CursorMismatchError for what isn't such a cursor */
export function checkCsvCursor(cursor: CsvCursor): void {
  if (!cursorSchema.safeParse(cursor).success)
    throw new CursorMismatchError('csv()', '{ offset, record, line, size, head, before }', cursor);
}

/** @throws CsvFileChangedError naming what changed since the cursor was made */
export async function checkSameFile(file: string, text: CsvText, cursor: CsvCursor): Promise<void> {
  const { size, offset, line } = cursor;
  if (text.size !== size)
    throw new CsvFileChangedError(
      file,
      'size',
      `had ${size} bytes when the run's cursor was made, and has ${text.size} now`,
    );
  if (crc32(text.head) !== cursor.head)
    throw new CsvFileChangedError(file, 'beginning', 'begins with other bytes than when the run began');
  if (crc32(await text.before(offset)) !== cursor.before)
    throw new CsvFileChangedError(
      file,
      'before the cursor',
      `has other bytes before byte ${offset} (line ${line}) than when the run's cursor was made`,
    );
}
