/** The numbers from 0 to n - 1. Their cursor is the number itself. */
import { byIndex } from './by-index.js';
import type { Enumerator } from './enumerator.js';

/**
 * @param n how many; the same in each execution
 * @throws RangeError unless n is a whole number from 0 up; CursorMismatchError for a cursor that isn't below n
 */
export function times(n: number): Enumerator<number, number> {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`times(${n}): how often must be a whole number from 0 up.`);
  return byIndex({ name: `times(${n})`, length: n, from: (index) => numbers(index, n) });
}

function* numbers(from: number, to: number): Generator<number> {
  for (let number = from; number < to; number++) yield number;
}
