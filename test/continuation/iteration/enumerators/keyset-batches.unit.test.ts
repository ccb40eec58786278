import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysetBatches } from '../../../../src/continuation/iteration/enumerators/keyset-batches.js';
import { aNumberedTable } from './a-numbered-table.js';
import { cursorOfLast, entriesAfter } from './entries-after.js';

const batchesOf = (
  table: ReturnType<typeof aNumberedTable>,
  sizes: { batchSize?: number; pageSize?: number } = {},
) => keysetBatches({ ...table, batchSize: 1, ...sizes });

const someIds = fc.uniqueArray(fc.integer({ min: -50, max: 200 }), { maxLength: 60 });
const aSize = fc.integer({ min: 1, max: 25 });

const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
const idsOf = (batches: readonly { item: readonly { id: number }[] }[]) =>
  batches.flatMap(({ item }) => item.map(({ id }) => id));

describe('keyset batches', () => {
  it('yield each row exactly once and in order, whatever the size of pages and batches', async () => {
    await fc.assert(
      fc.asyncProperty(someIds, aSize, aSize, async (ids, batchSize, pageSize) => {
        const batches = await entriesAfter(batchesOf(aNumberedTable(ids), { batchSize, pageSize }), null);

        expect(idsOf(batches)).toEqual(ascending(ids));
      }),
      { numRuns: 1_000 },
    );
  });

  it('resume strictly after any batch’s cursor: nothing is left out, nothing comes twice', async () => {
    await fc.assert(
      fc.asyncProperty(someIds, aSize, aSize, fc.nat(), async (ids, batchSize, pageSize, seed) => {
        const batches = batchesOf(aNumberedTable(ids), { batchSize, pageSize });
        const all = await entriesAfter(batches, null);
        const done = all.slice(0, all.length === 0 ? 0 : (seed % all.length) + 1);

        const rest = await entriesAfter(batches, cursorOfLast(done));

        expect([...idsOf(done), ...idsOf(rest)]).toEqual(ascending(ids));
      }),
      { numRuns: 1_000 },
    );
  });

  it('know their last batch, and no other, as the last', async () => {
    await fc.assert(
      fc.asyncProperty(someIds, aSize, aSize, async (ids, batchSize, pageSize) => {
        const batches = await entriesAfter(batchesOf(aNumberedTable(ids), { batchSize, pageSize }), null);

        expect(batches.map(({ last }) => last)).toEqual(batches.map((_, i) => i === batches.length - 1));
      }),
      { numRuns: 1_000 },
    );
  });

  it('have as many rows as asked for, the last one the rest', async () => {
    const batches = await entriesAfter(
      batchesOf(aNumberedTable([1, 2, 3, 4, 5, 6, 7]), { batchSize: 3, pageSize: 3 }),
      null,
    );

    expect(batches.map(({ item }) => item.length)).toEqual([3, 3, 1]);
  });

  it('have the cursor of their last row', async () => {
    const batches = await entriesAfter(batchesOf(aNumberedTable([1, 2, 3]), { batchSize: 2 }), null);

    expect(batches.map(({ cursor }) => cursor)).toEqual([2, 3]);
  });

  it('are read in pages of whole batches, and one row more', async () => {
    const table = aNumberedTable([1]);

    await entriesAfter(batchesOf(table, { batchSize: 4, pageSize: 10 }), null);

    expect(table.reads[0]).toEqual({ cursor: null, limit: 13 });
  });

  it.each([
    [{ batchSize: 0 }, 'batchSize is 0'],
    [{ batchSize: 1.5 }, 'batchSize is 1.5'],
    [{ pageSize: 0 }, 'pageSize is 0'],
  ])('refuse a size that isn’t one at once: %j', (sizes, message) => {
    expect(() => batchesOf(aNumberedTable([1]), sizes)).toThrow(message);
  });
});
