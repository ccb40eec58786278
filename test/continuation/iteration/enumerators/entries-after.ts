/** What an enumerator yields after a cursor, read to its end or up to a number of entries. */
import type { Cursor } from '../../../../src/continuation/cursor.js';
import type { Entry, Enumerator } from '../../../../src/continuation/iteration/enumerators/enumerator.js';

export async function entriesAfter<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  cursor: C | null,
  most = Number.POSITIVE_INFINITY,
): Promise<Entry<Item, C>[]> {
  const entries: Entry<Item, C>[] = [];
  if (most === 0) return entries;
  for await (const entry of enumerator.after(cursor)) {
    if ('notNow' in entry) throw new Error('This enumerator never waits.');
    entries.push(entry);
    if (entries.length === most) break;
  }
  return entries;
}

/** Null of none. */
export function cursorOfLast<C extends Cursor>(entries: readonly { readonly cursor: C }[]): C | null {
  return entries.at(-1)?.cursor ?? null;
}
