/**
 * The cursor of a CSV file: a place in bytes, and what the file must still look like for it to be that place.
 *
 * G1  Size, the first 4 KiB and the 4 KiB before the place must be as they were, else CsvFileChangedError says what isn't.
 * G2  A change elsewhere that keeps the size isn't seen by the next attempt, what is still to come included: for that the
 *     whole file would have to be read. It is where the file has a version that every worker knows it by, as an ETag.
 * G3  A cursor of releases before, which looked at 64 bytes before the place, is still one.
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
  /** Where the file has one that every worker knows it by. */
  readonly version?: string;
};

/** How many bytes before the place releases before looked at (G3). */
const formerBytesBefore = 64;

const count = z.int().min(0);
const cursorSchema = z.object({
  offset: count,
  record: count,
  line: count,
  size: count,
  head: count,
  before: count,
  version: z.string().optional(),
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
  if (cursor.version !== undefined && text.version !== null && text.version !== cursor.version)
    throw new CsvFileChangedError(
      file,
      'version',
      `had the version ${cursor.version} when the run's cursor was made, and has ${text.version} now`,
    );
  if (crc32(text.head) !== cursor.head)
    throw new CsvFileChangedError(file, 'beginning', 'begins with other bytes than when the run began');
  const before = await text.before(offset);
  const former = before.subarray(Math.max(0, before.length - formerBytesBefore));
  if (crc32(before) !== cursor.before && crc32(former) !== cursor.before)
    throw new CsvFileChangedError(
      file,
      'before the cursor',
      `has other bytes before byte ${offset} (line ${line}) than when the run's cursor was made`,
    );
}
