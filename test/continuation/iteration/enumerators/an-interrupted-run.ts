/** What a run does with an enumerator, without the run: takes items, keeps the cursor as JSON, is stopped and comes back. */
import { type Cursor, decodeCursor, encodeCursor } from '../../../../src/continuation/cursor.js';
import type { Entry, Enumerator } from '../../../../src/continuation/iteration/enumerators/enumerator.js';

/** All entries strictly after a cursor; a "not now" among them is an error. */
export async function entriesAfter<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  cursor: C | null = null,
): Promise<Entry<Item, C>[]> {
  const entries: Entry<Item, C>[] = [];
  for await (const entry of enumerator.after(cursor)) {
    if ('notNow' in entry) throw new Error('The enumerator said "not now".');
    entries.push(entry);
  }
  return entries;
}

export async function itemsAfter<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  cursor: C | null = null,
): Promise<Item[]> {
  return (await entriesAfter(enumerator, cursor)).map(({ item }) => item);
}

/** A cursor as the next execution gets it: through JSON, and frozen. */
export function kept<C extends Cursor>(cursor: C): C {
  return decodeCursor<C>(encodeCursor(cursor));
}

interface Run<Item> {
  readonly items: Item[];
  /** How often it was told "not now". */
  readonly waits: number;
}

/**
 * Runs to the end in several executions: each builds its enumerator anew and is stopped after the next number of items
 * (at least one, begun again when the numbers are used up), or waits when it is told to.
 */
export async function runInterrupted<Item, C extends Cursor>(
  build: () => Enumerator<Item, C>,
  stops: readonly number[],
): Promise<Run<Item>> {
  const items: Item[] = [];
  let waits = 0;
  let cursor: C | null = null;
  for (let execution = 0; ; execution++) {
    const most = Math.max(1, stops[execution % Math.max(1, stops.length)] ?? 1);
    let taken = 0;
    let ended = true;
    for await (const entry of build().after(cursor)) {
      if ('notNow' in entry) {
        waits += 1;
        ended = false;
        break;
      }
      items.push(entry.item);
      cursor = kept(entry.cursor);
      taken += 1;
      if (entry.last) return { items, waits };
      if (taken === most) {
        ended = false;
        break;
      }
    }
    if (ended) return { items, waits };
  }
}
