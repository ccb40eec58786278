/**
 * An enumerator of single rows over any source that can be read in the order of a unique key.
 *
 * What holds of the reading is written at `keyset-pages.ts`; `rows.ts` is this over PostgreSQL.
 */
import type { Cursor } from '../../cursor.js';
import type { Entry, Enumerator } from './enumerator.js';
import {
  defaultPageSize,
  type KeysetPage,
  type KeysetSource,
  keysetPages,
  pageSizeFor,
  requirePositive,
} from './keyset-pages.js';

/** @throws RangeError for a size that isn't a positive whole number; while it is read, KeyNotUniqueError, EmptyReadError */
export function keysetRows<Row, C extends Cursor>(
  source: KeysetSource<Row, C> & {
    /** Rows to read at once; 500 where it isn't said. */
    readonly pageSize?: number;
  },
): Enumerator<Row, C> {
  const { pageSize = defaultPageSize } = source;
  requirePositive('pageSize', pageSize);
  return { after: (cursor, asked) => rowsIn(keysetPages(source, cursor, pageSizeFor(pageSize, asked))) };
}

export async function* rowsIn<Row, C extends Cursor>(
  pages: AsyncIterable<KeysetPage<Row, C>>,
): AsyncGenerator<Entry<Row, C>> {
  for await (const page of pages) {
    const end = page.rows.at(-1);
    for (const entry of page.rows)
      yield { item: entry.row, cursor: entry.cursor, last: page.last && entry === end };
  }
}
