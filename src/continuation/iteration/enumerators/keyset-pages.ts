/**
 * Pages of rows in the order of a unique key, each read strictly after the last row of the one before: the pure core of
 * every keyset enumerator, over any source.
 *
 * P1  Never by offset: rows that vanish or appear before the cursor shift nothing.
 * P2  A page is read only when it is needed, and never more than one is held: memory stays flat.
 * P3  Each read asks for one row more than the page has. So the last page is known as such, also when it is full, and
 *     nothing is read after it.
 * P4  Two neighbours with the same key are refused before the first of them is handed out, also where a page ends
 *     between them; and so is a source that begins with the cursor that it was to come after, which would never end.
 */
import { type Cursor, encodeCursor, sameCursor } from '../../cursor.js';
import { KeyNotUniqueError } from './keyset-errors.js';

export interface KeysetSource<Row, C extends Cursor> {
  /** What errors call it: a table's name, for one. */
  readonly name?: string;
  /** Reads up to `limit` rows strictly after the cursor, in key order; null: from the beginning. */
  readonly readAfter: (cursor: C | null, limit: number) => Promise<readonly Row[]>;
  /** The row's key. */
  readonly cursorOf: (row: Row) => C;
}

/** A row, and where it stands. */
export interface KeyedRow<Row, C extends Cursor> {
  readonly row: Row;
  readonly cursor: C;
}

/** Rows, at least one. */
export interface KeysetPage<Row, C extends Cursor> {
  readonly rows: readonly KeyedRow<Row, C>[];
  /** Whether the source had nothing after this page when it was read. */
  readonly last: boolean;
}

/** Enough that reading costs little a row, few enough that a page is never much memory. */
export const defaultPageSize = 500;

/**
 * @param pageSize rows in a page, at most
 * @throws KeyNotUniqueError (P4); RangeError for a page size that isn't a positive whole number
 */
export async function* keysetPages<Row, C extends Cursor>(
  source: KeysetSource<Row, C>,
  cursor: C | null,
  pageSize: number,
): AsyncGenerator<KeysetPage<Row, C>> {
  requirePositive('pageSize', pageSize);
  let after = cursor;
  for (;;) {
    const read = await source.readAfter(after, pageSize + 1);
    const found = read.map((row) => ({ row, cursor: source.cursorOf(row) }));
    refuseRepeated(source, after, found);
    const rows = found.slice(0, pageSize);
    const end = rows.at(-1);
    if (end === undefined) return;
    const last = found.length <= pageSize;
    yield { rows, last };
    if (last) return;
    after = end.cursor;
  }
}

/** @throws RangeError naming the option */
export function requirePositive(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${option} is ${value}; it must be a whole number of at least 1.`);
}

function refuseRepeated<C extends Cursor>(
  { name = 'A keyset source' }: { readonly name?: string },
  after: C | null,
  found: readonly { readonly cursor: C }[],
): void {
  let before = after;
  for (const { cursor } of found) {
    if (before !== null && isSame(before, cursor)) throw new KeyNotUniqueError(name, cursor);
    before = cursor;
  }
}

function isSame(a: Cursor, b: Cursor): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  // Mostly they differ, in a number or a string: seen here, it costs a fortieth of encoding both.
  const surelyDiffer =
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.some((part, i) => typeof part !== 'object' && typeof b[i] !== 'object' && part !== b[i]);
  if (surelyDiffer) return false;
  return sameCursor(encodeCursor(a), encodeCursor(b));
}
