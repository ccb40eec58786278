/**
 * Pages of rows in the order of a unique key, each read strictly after the last row of the one before: the pure core of
 * every keyset enumerator, over any source.
 *
 * P1  Never by offset: rows that vanish or appear before the cursor shift nothing.
 * P2  A page is read only when it is needed, and never more than one is held: memory stays flat.
 * P3  Each read asks for one row more than the page has. So the last page is known as such, also when it is full. A source
 *     may return fewer rows than it is asked for: it ends where it says that there is no `more`, or, where it doesn't say,
 *     at a read that finds nothing (one of a single row, before a page with fewer rows is handed out).
 * P4  Two neighbours with the same key are refused before the first of them is handed out, also where a page ends
 *     between them; and so is a source that begins with the cursor that it was to come after, which would never end.
 */
import type { Cursor } from '../../cursor.js';
import type { Asked } from './enumerator.js';
import { EmptyReadError, KeyNotUniqueError } from './keyset-errors.js';
import { samePosition } from './same-position.js';

export interface KeysetSource<Row, C extends Cursor> {
  /** What errors call it: a table's name, for one. */
  readonly name?: string;
  /**
   * Reads up to `limit` rows strictly after the cursor, in key order; null: from the beginning. Rows alone may be fewer
   * than there are: only none mean the end. Say whether there are `more` where that is known: it saves a read.
   */
  readonly readAfter: (cursor: C | null, limit: number) => Promise<readonly Row[] | ReadRows<Row>>;
  /** The row's key. */
  readonly cursorOf: (row: Row) => C;
}

/** What a source read that knows whether it ends there. */
export interface ReadRows<Row> {
  readonly rows: readonly Row[];
  /** Whether there are rows after these. */
  readonly more: boolean;
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
 * @throws KeyNotUniqueError (P4); EmptyReadError; RangeError for a page size that isn't a positive whole number
 */
export async function* keysetPages<Row, C extends Cursor>(
  source: KeysetSource<Row, C>,
  cursor: C | null,
  pageSize: number,
): AsyncGenerator<KeysetPage<Row, C>> {
  requirePositive('pageSize', pageSize);
  let after = cursor;
  for (;;) {
    const { rows: read, more } = await readFrom(source, after, pageSize + 1);
    const found = read.map((row) => ({ row, cursor: source.cursorOf(row) }));
    refuseRepeated(source, after, found);
    const rows = found.slice(0, pageSize);
    const end = rows.at(-1);
    if (end === undefined) {
      if (more === true) throw new EmptyReadError(nameOf(source));
      return;
    }
    const last = found.length <= pageSize && !(more ?? (await hasRowsAfter(source, end.cursor)));
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

/** The page's size where no more than so many rows are asked for. */
export function pageSizeFor(pageSize: number, { atMost = pageSize }: Asked = {}): number {
  return Math.max(1, Math.min(pageSize, Math.ceil(atMost)));
}

/** `more` is null where the source doesn't say. */
async function readFrom<Row, C extends Cursor>(
  { readAfter }: KeysetSource<Row, C>,
  after: C | null,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean | null }> {
  const read = await readAfter(after, limit);
  return 'more' in read ? read : { rows: read, more: null };
}

async function hasRowsAfter<Row, C extends Cursor>(source: KeysetSource<Row, C>, end: C): Promise<boolean> {
  const { rows } = await readFrom(source, end, 1);
  return rows.length > 0;
}

function nameOf({ name = 'A keyset source' }: { readonly name?: string }): string {
  return name;
}

function refuseRepeated<C extends Cursor>(
  source: { readonly name?: string },
  after: C | null,
  found: readonly { readonly cursor: C }[],
): void {
  let before = after;
  for (const { cursor } of found) {
    if (before !== null && samePosition(before, cursor)) throw new KeyNotUniqueError(nameOf(source), cursor);
    before = cursor;
  }
}
