/**
 * An enumerator that is asked, before each item, whether now is a good time for it.
 *
 * W1  The question comes before each item and sees it; it is asked again for the same item after the wait.
 * W2  Where the answer is to wait, the item isn't handed out and the enumerator ends: the run waits in its Workflow, by a
 *     durable timer, without a worker's slot or a connection of its own, and comes back to the same place.
 * W3  It goes around any enumerator: around `batched` the question sees the batch; in `nested` it may stand at any level.
 *
 * @see job-iteration lib/job-iteration/throttle_enumerator.rb, whose question sees no item
 */
import type { Cursor } from '../../cursor.js';
import type { Enumerator } from './enumerator.js';

export interface Throttle<Item> {
  /** Milliseconds to wait before this item is asked about again; null or 0: it may be worked on now. */
  readonly waitMs: (item: Item) => Promise<number | null> | number | null;
}

/** @throws RangeError where the wait is no number of milliseconds, from 0 up */
export function throttled<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  { waitMs }: Throttle<Item>,
): Enumerator<Item, C> {
  return {
    async *after(cursor, asked) {
      for await (const entry of enumerator.after(cursor, asked)) {
        if ('notNow' in entry) {
          yield entry;
          return;
        }
        const wait = (await waitMs(entry.item)) ?? 0;
        if (!Number.isFinite(wait) || wait < 0)
          throw new RangeError(
            `throttled(…): waitMs returned ${wait} for an item. It must be milliseconds from 0 up, or null to go on.`,
          );
        if (wait > 0) {
          yield { notNow: { waitMs: wait } };
          return;
        }
        yield entry;
      }
    },
  };
}
