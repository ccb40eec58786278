/** One item, for work that is to be done once a run, with the checkpoint, retries and limits of any other. */
import { byIndex } from './by-index.js';
import type { Enumerator } from './enumerator.js';

export function once(): Enumerator<undefined, number>;
/** @throws CursorMismatchError for a cursor that isn't 0, its only one */
export function once<Item>(item: Item): Enumerator<Item, number>;
export function once(item?: unknown): Enumerator<unknown, number> {
  return byIndex({ name: 'once()', length: 1, from: (index) => [item].slice(index) });
}
