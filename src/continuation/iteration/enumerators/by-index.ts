/**
 * Items that are numbered from 0: what `array`, `times` and `once` have in common.
 *
 * X1  The cursor is the item's index: 0 is one, and no start.
 * X2  A cursor beyond the last item is refused: there are fewer items than this run has already done.
 * X3  The last item is known to be it.
 */
import { CursorMismatchError, type Enumerator } from './enumerator.js';

export interface Indexed<Item> {
  /** Who refuses a cursor. */
  readonly name: string;
  readonly length: number;
  /** The items from this index on, to the last. */
  readonly from: (index: number) => Iterable<Item>;
}

export function byIndex<Item>({ name, length, from }: Indexed<Item>): Enumerator<Item, number> {
  return {
    async *after(cursor) {
      if (cursor !== null && !isIndex(cursor, length))
        throw new CursorMismatchError(
          name,
          length === 0 ? 'an index, and there are no items now' : `an index from 0 to ${length - 1}`,
          cursor,
        );
      let index = cursor === null ? 0 : cursor + 1;
      for (const item of from(index)) {
        yield { item, cursor: index, last: index === length - 1 };
        index += 1;
      }
    },
  };
}

function isIndex(cursor: unknown, length: number): boolean {
  return typeof cursor === 'number' && Number.isInteger(cursor) && cursor >= 0 && cursor < length;
}
