import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array } from '../../../../src/continuation/iteration/enumerators/array.js';
import { batched } from '../../../../src/continuation/iteration/enumerators/batched.js';
import {
  CursorNotUniqueError,
  enumerator,
} from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { throttled } from '../../../../src/continuation/iteration/enumerators/throttled.js';
import { times } from '../../../../src/continuation/iteration/enumerators/times.js';
import { entriesAfter, itemsAfter, kept, runInterrupted } from './an-interrupted-run.js';

const someItems = fc.array(fc.string({ maxLength: 3 }), { maxLength: 30 });
const aSize = fc.integer({ min: 1, max: 7 });
const someStops = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });

/** The numbers from 0 up to `n`, without knowing which is the last. */
const unendingUpTo = (n: number) =>
  enumerator<number, number>(async function* (cursor) {
    for (let i = cursor === null ? 0 : cursor + 1; i < n; i++) yield { item: i, cursor: i };
  });

describe('batched', () => {
  it('holds every item once and in order, whatever the size and wherever it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, aSize, someStops, async (items, size, stops) => {
        const run = await runInterrupted(() => batched(array(items), size), stops);

        expect(run.items.flat()).toEqual(items);
        expect(run.items.slice(0, -1).every((batch) => batch.length === size)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('resumes after each batch with exactly the rest, in another size too', async () => {
    await fc.assert(
      fc.asyncProperty(someItems, aSize, aSize, async (items, size, nextSize) => {
        const batches = await entriesAfter(batched(array(items), size));
        for (const [i, { cursor }] of batches.entries()) {
          const rest = await itemsAfter(batched(array(items), nextSize), kept(cursor));

          expect(rest.flat()).toEqual(items.slice((i + 1) * size));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has the cursor of its last item, and counts for as many as it holds', async () => {
    const batches = await entriesAfter(batched(array(['a', 'b', 'c']), 2));

    expect(batches).toEqual([
      { item: ['a', 'b'], cursor: 1, last: false, size: 2 },
      { item: ['c'], cursor: 2, last: true, size: 1 },
    ]);
  });

  it('refuses two items with one cursor also within a batch, where a smaller one would end between them', async () => {
    const token = enumerator<number, string>(async function* () {
      for (const item of [1, 2, 3]) yield { item, cursor: 'page 1' };
    });

    await expect(entriesAfter(batched(token, 3))).rejects.toThrow(CursorNotUniqueError);
    await expect(entriesAfter(batched(token, 1), 'page 1')).rejects.toThrow(CursorNotUniqueError);
  });

  it('counts for what its items count for', async () => {
    const batches = await entriesAfter(batched(batched(times(5), 2), 2));

    expect(batches.map(({ size }) => size)).toEqual([4, 1]);
  });

  it('is the last where its last item is, also when it is full', async () => {
    const lasts = async (n: number) => (await entriesAfter(batched(times(n), 2))).map(({ last }) => last);

    expect(await lasts(4)).toEqual([false, true]);
    expect(await lasts(3)).toEqual([false, true]);
  });

  it('does not say that it is the last where its enumerator doesn’t', async () => {
    const batches = await entriesAfter(batched(unendingUpTo(3), 2));

    expect(batches.map(({ last }) => last)).toEqual([false, false]);
  });

  it('hands out what it gathered before it passes "not now" on', async () => {
    const waiting = throttled(times(5), { waitMs: (item) => (item === 3 ? 1_000 : null) });
    const met = [];

    for await (const entry of batched(waiting, 2).after(null)) met.push(entry);

    expect(met).toEqual([
      { item: [0, 1], cursor: 1, last: false, size: 2 },
      { item: [2], cursor: 2, last: false, size: 1 },
      { notNow: { waitMs: 1_000 } },
    ]);
  });

  it('loses and repeats nothing when it has to wait anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        someItems,
        aSize,
        someStops,
        fc.array(fc.boolean()),
        async (items, size, stops, waits) => {
          const answers = [...waits];
          const waiting = () => throttled(array(items), { waitMs: () => (answers.pop() ? 1 : null) });

          const run = await runInterrupted(() => batched(waiting(), size), stops);

          expect(run.items.flat()).toEqual(items);
          expect(run.items.every((batch) => batch.length > 0)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([[0], [-1], [1.5], [Number.NaN]])('refuses a size of %s', (size) => {
    expect(() => batched(times(1), size)).toThrow(RangeError);
  });
});
