import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, ItemIsNotDataError } from '../../../../src/continuation/iteration/enumerators/array.js';
import { CursorMismatchError } from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { once } from '../../../../src/continuation/iteration/enumerators/once.js';
import { times } from '../../../../src/continuation/iteration/enumerators/times.js';
import { entriesAfter, itemsAfter, kept, runInterrupted } from './an-interrupted-run.js';

const someItems = fc.array(
  fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.record({ id: fc.nat() })),
);
const someStops = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

describe('array', () => {
  it('yields every item once and in order, wherever it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, someStops, async (items, stops) => {
        const run = await runInterrupted(() => array(items), stops);

        expect(run.items).toEqual(items);
      }),
      { numRuns: 500 },
    );
  });

  it('resumes after each cursor with exactly the rest', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, async (items) => {
        for (const [i, { cursor }] of (await entriesAfter(array(items))).entries())
          expect(await itemsAfter(array(items), kept(cursor))).toEqual(items.slice(i + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('resumes after a cursor of 0, and does not start over', async () => {
    expect(await itemsAfter(array(['a', 'b', 'c']), 0)).toEqual(['b', 'c']);
  });

  it('says of its last item that it is the last, and of no other', async () => {
    const entries = await entriesAfter(array(['a', 'b', 'c']));

    expect(entries.map(({ last }) => last)).toEqual([false, false, true]);
  });

  it('has no items where there are none', async () => {
    expect(await itemsAfter(array([]))).toEqual([]);
  });

  it('refuses a cursor beyond its end: the array is shorter than what was done', async () => {
    const shorter = array(['a', 'b']);

    await expect(itemsAfter(shorter, 2)).rejects.toThrow(CursorMismatchError);
    await expect(itemsAfter(shorter, 2)).rejects.toThrow('an index from 0 to 1');
    await expect(itemsAfter(array([]), 0)).rejects.toThrow('there are no items now');
  });

  it('goes on with the items that were added at its end', async () => {
    expect(await itemsAfter(array(['a', 'b', 'c', 'd']), 1)).toEqual(['c', 'd']);
  });

  it.each([[-1], [0.5], [Number.NaN]])('refuses %s for a cursor', async (cursor) => {
    await expect(itemsAfter(array(['a']), cursor)).rejects.toThrow(CursorMismatchError);
  });

  it('refuses a cursor of another enumerator', async () => {
    // @ts-expect-error a key is no index
    await expect(itemsAfter(array(['a']), '0')).rejects.toThrow(CursorMismatchError);
  });

  class LoadedOrder {
    readonly id = 1;
  }
  it.each([
    ['a Promise', Promise.resolve(1)],
    ['a LoadedOrder', new LoadedOrder()],
    ['a Map', new Map()],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an object of a class without a name', Object.create(Object.create(Object.create(null)))],
  ])('refuses %s for an item: only its index would be kept', (found, item) => {
    expect(() => array([1, item])).toThrow(ItemIsNotDataError);
    expect(() => array([1, item])).toThrow(`items[1] is ${found}`);
  });

  it('takes what is data', async () => {
    const items = [
      1,
      2n,
      'a',
      null,
      undefined,
      true,
      new Date(0),
      { a: [1] },
      [1, { b: 2 }],
      Object.create(null),
    ];

    expect(await itemsAfter(array(items))).toEqual(items);
  });

  it('goes by the items as they were when it was made', async () => {
    const items = ['a', 'b'];
    const enumerator = array(items);

    items.push('c');

    expect(await itemsAfter(enumerator)).toEqual(['a', 'b']);
  });
});

describe('times', () => {
  it('counts from 0, and resumes after each number with the next one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 40 }), someStops, async (n, stops) => {
        const run = await runInterrupted(() => times(n), stops);

        expect(run.items).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { numRuns: 300 },
    );
  });

  it('says of its last number that it is the last', async () => {
    expect((await entriesAfter(times(2))).map(({ last }) => last)).toEqual([false, true]);
  });

  it('makes no numbers ahead', async () => {
    const numbers = times(Number.MAX_SAFE_INTEGER).after(null)[Symbol.asyncIterator]();

    const first = await numbers.next();
    await numbers.return?.();

    expect(first.value).toMatchObject({ item: 0 });
  });

  it.each([[-1], [1.5], [Number.POSITIVE_INFINITY], [Number.NaN]])('refuses %s times', (n) => {
    expect(() => times(n)).toThrow(RangeError);
  });

  it('refuses a cursor that it can’t have had: fewer times now than were done', async () => {
    await expect(itemsAfter(times(3), 3)).rejects.toThrow("times(3) can't resume after 3");
  });
});

describe('once', () => {
  it('has one item, known to be the last', async () => {
    expect(await entriesAfter(once('import'))).toEqual([{ item: 'import', cursor: 0, last: true }]);
  });

  it('needs no item', async () => {
    expect(await itemsAfter(once())).toEqual([undefined]);
  });

  it('has nothing left after its item', async () => {
    expect(await itemsAfter(once('import'), 0)).toEqual([]);
  });
});
