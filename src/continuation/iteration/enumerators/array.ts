/**
 * The items of an array, in its order.
 *
 * A1  The cursor is an index: the array must be the same in each execution. Make it of the run's arguments or of its
 *     selection; for what lives in a database, `rows` goes by a key instead.
 * A2  An array that has become shorter than what was done is refused (CursorMismatchError). One that has grown goes on with
 *     the new items; one whose items were exchanged or moved can't be told from the old one: the index counts.
 * A3  Items are data. What is loaded, open or under way (a record, a connection, a promise) is refused: only its index would
 *     be kept, and the next execution would make it again, elsewhere.
 *
 * @see job-iteration lib/job-iteration/enumerator_builder.rb (`build_array_enumerator`)
 */
import { describeClass, isPlainObject } from '../../plain-data.js';
import { byIndex } from './by-index.js';
import type { Enumerator } from './enumerator.js';

/** An item of an array that is no data. */
export class ItemIsNotDataError extends TypeError {
  override readonly name = 'ItemIsNotDataError';

  constructor(
    readonly index: number,
    found: string,
  ) {
    super(
      `items[${index}] is ${found}, and array() takes data: strings, numbers, dates, plain objects and arrays. Each execution makes the array anew and goes on by its index. Pass ids, and load each item in eachIteration.`,
    );
  }
}

/**
 * @param items taken as they are now: a later change in place isn't seen
 * @throws ItemIsNotDataError at once; CursorMismatchError where a cursor is no index of these items
 */
export function array<Item>(items: readonly Item[]): Enumerator<Item, number> {
  const taken = Array.from(items);
  taken.forEach((item, index) => {
    const found = whatIsNoData(item);
    if (found !== null) throw new ItemIsNotDataError(index, found);
  });
  return byIndex({ name: 'array()', length: taken.length, from: (index) => taken.slice(index) });
}

/** Looks at the item itself, not into it: enough for what is passed by mistake. */
function whatIsNoData(item: unknown): string | null {
  if (typeof item === 'function' || typeof item === 'symbol') return `a ${typeof item}`;
  if (typeof item !== 'object' || item === null || Array.isArray(item) || item instanceof Date) return null;
  return isPlainObject(item) ? null : describeClass(item);
}
