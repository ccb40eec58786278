/**
 * An enumerator of batches of rows over any source that can be read in the order of a unique key.
 *
 * K1  A batch's cursor is that of its last row. All batches are full but the last one, and the last of a page that its
 *     source returned too short.
 * K2  Pages are whole batches, so that no batch waits for half of itself.
 * K3  The last batch is known as such (`last`).
 *
 * What holds of the reading is written at `keyset-pages.ts`; `row-batches.ts` is this over PostgreSQL.
 */
import type { Cursor } from '../../cursor.js';
import type { Asked, Entry, Enumerator } from './enumerator.js';
import {
  defaultPageSize,
  type KeysetPage,
  type KeysetSource,
  keysetPages,
  pageSizeFor,
  requirePositive,
} from './keyset-pages.js';

export interface BatchSizes {
  /** Rows in a batch, which is one item of the enumerator. */
  readonly batchSize: number;
  /** Rows to read at once, rounded up to whole batches; 500 where it isn't said. */
  readonly pageSize?: number;
}

/** @throws RangeError for a size that isn't a positive whole number; while it is read, KeyNotUniqueError, EmptyReadError */
export function keysetBatches<Row, C extends Cursor>(
  source: KeysetSource<Row, C> & BatchSizes,
): Enumerator<Row[], C> {
  wholeBatches(source);
  return {
    after: (cursor, asked) =>
      batchesIn(keysetPages(source, cursor, wholeBatches(source, asked)), source.batchSize),
  };
}

/** The page size that `BatchSizes` come to. @throws RangeError */
export function wholeBatches({ batchSize, pageSize = defaultPageSize }: BatchSizes, asked?: Asked): number {
  requirePositive('batchSize', batchSize);
  requirePositive('pageSize', pageSize);
  return Math.ceil(pageSizeFor(pageSize, asked) / batchSize) * batchSize;
}

/** @param pages of whole batches */
export async function* batchesIn<Row, C extends Cursor>(
  pages: AsyncIterable<KeysetPage<Row, C>>,
  batchSize: number,
): AsyncGenerator<Entry<Row[], C>> {
  for await (const page of pages) {
    for (let start = 0; start < page.rows.length; start += batchSize) {
      const batch = page.rows.slice(start, start + batchSize);
      const end = batch.at(-1);
      if (end === undefined) return;
      const last = page.last && start + batchSize >= page.rows.length;
      yield { item: batch.map(({ row }) => row), cursor: end.cursor, last, size: batch.length };
    }
  }
}
