/**
 * Rows of a PostgreSQL query, one after another, in the order of a unique key.
 *
 *   buildEnumerator: ({ selection }) => rows<Order>(pool, { text: 'SELECT * FROM orders WHERE shop = $1', values: [shop] },
 *     { by: ['ordered_at', 'order_id'], within: { upTo: selection.upTo } })
 *
 * R1  Every row that is there from beginning to end, its key unchanged, is met exactly once and in order, whatever is
 *     inserted and deleted meanwhile and wherever the run is interrupted. A row that is inserted is met if, when its
 *     transaction commits, its key comes after the page that is held, and that page isn't the last.
 * R2  A page costs the same at the beginning and after millions of rows, where an index begins with the key's columns (or
 *     with what WHERE holds equal, then those). DISTINCT, GROUP BY, window functions and MATERIALIZED at the query's top
 *     level keep PostgreSQL from using one: all rows that are left are then computed for each page.
 * R3  A cursor is exact: written and compared by PostgreSQL, in the column's own type.
 * R4  What would lose a row or never end is refused, before the first item: nulls, columns of one name, an ORDER BY or
 *     LIMIT of the caller's. A key that comes twice is refused before the first row of that key.
 * R5  A row whose key changes while the run goes on is met where it is when the run comes by: pushed forward it is met
 *     again, pulled back before its turn it isn't met at all. `within.upTo` bounds that: keys end there, so that a run
 *     that pushes its own rows forward ends. Where that isn't enough, go by a key that nobody changes.
 * R6  Rows are as they were when their page was read; since then they may have been changed or deleted. What an item's work
 *     depends on is checked in its own statement (`UPDATE … WHERE id = $1 AND status = 'pending'`); a smaller page is
 *     fresher, and nothing more.
 *
 * @see job-iteration lib/job-iteration/active_record_enumerator.rb (`build_active_record_enumerator_on_records`)
 */
import type { Enumerator } from './enumerator.js';
import { defaultPageSize, pageSizeFor, requirePositive } from './keyset-pages.js';
import { rowsIn } from './keyset-rows.js';
import type { RowDatabase } from './row-database.js';
import type { RowCursor } from './row-key.js';
import { type RowSelection, readRowPages } from './row-pages.js';
import type { RowQuery } from './row-query.js';

export interface RowsOptions<Row extends object = Record<string, unknown>>
  extends RowSelection<keyof Row & string> {
  /** Rows to read at once, held in memory; 500 where it isn't said. */
  readonly pageSize?: number;
}

/**
 * @param query a table's name, or a SELECT with its values
 * @throws RangeError at once for a page size that isn't one; before the first item KeysetRefusal (one class for each
 * reason, row-errors.ts), CursorMismatchError, and what the database throws
 */
export function rows<Row extends object = Record<string, unknown>>(
  database: RowDatabase,
  query: RowQuery,
  options: RowsOptions<Row> = {},
): Enumerator<Row, RowCursor> {
  const { pageSize = defaultPageSize, ...selection } = options;
  requirePositive('pageSize', pageSize);
  return {
    after: (cursor, asked) =>
      rowsIn(
        readRowPages<Row>(database, query, { ...selection, pageSize: pageSizeFor(pageSize, asked), cursor }),
      ),
  };
}
