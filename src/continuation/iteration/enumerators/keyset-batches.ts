/**
 * Batches of rows in the order of a unique key, read page by page strictly after the cursor.
 *
 * K1  Never by offset: rows that vanish or appear before the cursor shift nothing.
 * K2  A page is read only when it is needed, and never more than one is held: memory stays flat.
 * K3  Ends at the first page that isn't full, without asking once more.
 */
import type { Cursor } from '../../cursor.js';
import type { Entry } from './enumerator.js';

export interface KeysetSource<Row, C extends Cursor> {
  /** Reads up to `limit` rows strictly after the cursor, in key order; null: from the beginning. */
  readonly readAfter: (cursor: C | null, limit: number) => Promise<readonly Row[]>;
  readonly cursorOf: (row: Row) => C;
  /** Resume strictly after this. */
  readonly cursor: C | null;
  /** Rows in a batch, which is one item of the enumerator. */
  readonly batchSize: number;
  /** Rows to read at once; rounded to whole batches. */
  readonly pageSize: number;
}

export async function* keysetBatches<Row, C extends Cursor>(
  source: KeysetSource<Row, C>,
): AsyncGenerator<Entry<Row[], C>> {
  const limit = Math.max(1, Math.ceil(source.pageSize / source.batchSize)) * source.batchSize;
  let cursor = source.cursor;
  for (;;) {
    const page = await source.readAfter(cursor, limit);
    for (let start = 0; start < page.length; start += source.batchSize) {
      const item = page.slice(start, start + source.batchSize);
      const last = item.at(-1);
      if (last === undefined) return;
      cursor = source.cursorOf(last);
      yield { item, cursor };
    }
    if (page.length < limit) return;
  }
}
