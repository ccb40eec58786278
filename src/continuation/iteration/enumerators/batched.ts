/**
 * Batches of any enumerator's items.
 *
 * T1  A batch's cursor is its last item's: a run resumes after whole batches, and may change their size on the way.
 * T2  A batch holds at most `size` items. It is shorter at the end, and where the enumerator says "not now": what was
 *     gathered comes first, then the wait.
 * T3  It counts for as many items as it holds, and is the last where its last item is.
 * T4  Two items in a row with one cursor are refused, also within a batch: it may end between them another time.
 */
import type { Cursor } from '../../cursor.js';
import { CursorNotUniqueError, type Entry, type Enumerator } from './enumerator.js';
import { samePosition } from './same-position.js';

/** @throws RangeError unless size is a whole number from 1 up */
export function batched<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  size: number,
): Enumerator<readonly Item[], C> {
  if (!Number.isSafeInteger(size) || size < 1)
    throw new RangeError(`batched(…, ${size}): a batch's size must be a whole number from 1 up.`);
  return {
    async *after(cursor, { atMost } = {}) {
      const asked = atMost === undefined ? {} : { atMost: Math.ceil(atMost / size) * size };
      let gathered = new Gathered<Item, C>();
      let before = cursor;
      for await (const entry of enumerator.after(cursor, asked)) {
        if ('notNow' in entry) {
          if (gathered.length > 0) yield gathered.batch();
          yield entry;
          return;
        }
        if (before !== null && samePosition(before, entry.cursor))
          throw new CursorNotUniqueError(entry.cursor);
        before = entry.cursor;
        gathered.add(entry);
        if (gathered.length < size) continue;
        yield gathered.batch();
        gathered = new Gathered();
      }
      if (gathered.length > 0) yield gathered.batch();
    },
  };
}

/** Items of a batch to be, and the newest entry alone: thousands of cursors that nobody asks for would be memory that stays. */
class Gathered<Item, C extends Cursor> {
  readonly #items: Item[] = [];
  #newest: Entry<Item, C> | null = null;
  #size = 0;

  get length(): number {
    return this.#items.length;
  }

  add(entry: Entry<Item, C>): void {
    this.#items.push(entry.item);
    this.#newest = entry;
    this.#size += entry.size ?? 1;
  }

  /** Only where the last entry says so is the batch known to be the last: its items are not looked ahead of. */
  batch(): Entry<readonly Item[], C> {
    if (this.#newest === null) throw new RangeError('A batch has at least one item.');
    const { cursor, last = false } = this.#newest;
    return { item: this.#items, cursor, last, size: this.#size };
  }
}
