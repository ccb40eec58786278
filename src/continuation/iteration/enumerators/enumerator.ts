/**
 * An enumerator: items one after another, each with the cursor to resume *after* it.
 *
 * Any async iterable of entries will do; job-iteration's contract, in TypeScript's terms.
 * @see job-iteration lib/job-iteration/iteration.rb (`build_enumerator`)
 */
import type { Cursor } from '../../cursor.js';

export interface Entry<Item, C extends Cursor> {
  readonly item: Item;
  /** Unique to this item, and exact in JSON. */
  readonly cursor: C;
}

export type Enumerator<Item, C extends Cursor> = AsyncIterable<Entry<Item, C>>;
