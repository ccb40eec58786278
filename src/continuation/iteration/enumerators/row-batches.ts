/**
 * Batches of rows of a PostgreSQL query, in the order of a unique key: one item for many rows, for work that is done by
 * the set. Where the work is a statement of its own, let the query return the key's columns alone.
 *
 * What holds of the reading is written at `rows.ts`; a batch's cursor is that of its last row.
 *
 * @see job-iteration lib/job-iteration/active_record_enumerator.rb (`build_active_record_enumerator_on_batches`)
 */
import type { Enumerator } from './enumerator.js';
import { type BatchSizes, batchesIn, wholeBatches } from './keyset-batches.js';
import type { RowDatabase } from './row-database.js';
import type { RowCursor } from './row-key.js';
import { type RowSelection, readRowPages } from './row-pages.js';
import type { RowQuery } from './row-query.js';

export interface RowBatchesOptions<Row extends object = Record<string, unknown>>
  extends RowSelection<keyof Row & string>,
    BatchSizes {}

/**
 * @param query a table's name, or a SELECT with its values
 * @throws RangeError at once for a size that isn't one; before the first item as `rows` does
 */
export function rowBatches<Row extends object = Record<string, unknown>>(
  database: RowDatabase,
  query: RowQuery,
  options: RowBatchesOptions<Row>,
): Enumerator<Row[], RowCursor> {
  wholeBatches(options);
  return {
    after: (cursor, asked) => {
      const pageSize = wholeBatches(options, asked);
      return batchesIn(
        readRowPages<Row>(database, query, { ...options, pageSize, cursor }),
        options.batchSize,
      );
    },
  };
}
