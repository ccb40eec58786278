import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysetBatches } from '../../../../src/continuation/iteration/enumerators/keyset-batches.js';

interface Row {
  readonly id: number;
}

/** A table in memory, and every read of it. */
function aTable(ids: readonly number[]) {
  const rows: Row[] = [...ids].sort((a, b) => a - b).map((id) => ({ id }));
  const reads: { cursor: number | null; limit: number }[] = [];
  const readAfter = async (cursor: number | null, limit: number) => {
    reads.push({ cursor, limit });
    return rows.filter(({ id }) => cursor === null || id > cursor).slice(0, limit);
  };
  return { rows, reads, readAfter };
}

const batchesOf = (
  table: ReturnType<typeof aTable>,
  options: { cursor?: number | null; batchSize?: number; pageSize?: number },
) =>
  keysetBatches<Row, number>({
    readAfter: table.readAfter,
    cursorOf: ({ id }) => id,
    cursor: options.cursor ?? null,
    batchSize: options.batchSize ?? 1,
    pageSize: options.pageSize ?? 500,
  });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

const someIds = fc.uniqueArray(fc.integer({ min: -50, max: 200 }), { maxLength: 60 });
const aSize = fc.integer({ min: 1, max: 25 });

const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
const idsOf = (batches: readonly { item: readonly Row[] }[]) =>
  batches.flatMap(({ item }) => item.map(({ id }) => id));

describe('keyset batches', () => {
  it('yield each row exactly once and in order, whatever the size of pages and batches', async () => {
    await fc.assert(
      fc.asyncProperty(someIds, aSize, aSize, async (ids, batchSize, pageSize) => {
        const batches = await collect(batchesOf(aTable(ids), { batchSize, pageSize }));

        expect(idsOf(batches)).toEqual(ascending(ids));
      }),
    );
  });

  it('resume strictly after any batch’s cursor: nothing is left out, nothing comes twice', async () => {
    await fc.assert(
      fc.asyncProperty(someIds, aSize, aSize, fc.nat(), async (ids, batchSize, pageSize, seed) => {
        const batches = await collect(batchesOf(aTable(ids), { batchSize, pageSize }));
        const done = batches.slice(0, batches.length === 0 ? 0 : (seed % batches.length) + 1);
        const cursor = done.at(-1)?.cursor ?? null;

        const rest = await collect(batchesOf(aTable(ids), { cursor, batchSize, pageSize }));

        expect([...idsOf(done), ...idsOf(rest)]).toEqual(ascending(ids));
      }),
    );
  });

  it('resume after a cursor of 0, and do not start over', async () => {
    const rest = await collect(batchesOf(aTable([-1, 0, 1, 2]), { cursor: 0 }));

    expect(idsOf(rest)).toEqual([1, 2]);
  });

  it('have as many rows as asked for, the last one the rest', async () => {
    const batches = await collect(batchesOf(aTable([1, 2, 3, 4, 5, 6, 7]), { batchSize: 3, pageSize: 3 }));

    expect(batches.map(({ item }) => item.length)).toEqual([3, 3, 1]);
  });

  it('have the cursor of their last row', async () => {
    const batches = await collect(batchesOf(aTable([1, 2, 3]), { batchSize: 2 }));

    expect(batches.map(({ cursor }) => cursor)).toEqual([2, 3]);
  });

  it('are read a page at a time, each page only when it is needed', async () => {
    const table = aTable([1, 2, 3, 4]);
    const batches = batchesOf(table, { pageSize: 2 });

    await batches.next();
    await batches.next();
    expect(table.reads).toHaveLength(1);

    await batches.next();
    expect(table.reads).toEqual([
      { cursor: null, limit: 2 },
      { cursor: 2, limit: 2 },
    ]);
  });

  it('are read in pages of whole batches', async () => {
    const table = aTable([1]);

    await collect(batchesOf(table, { batchSize: 4, pageSize: 10 }));

    expect(table.reads).toEqual([{ cursor: null, limit: 12 }]);
  });

  it('end at the first page that isn’t full, without asking once more', async () => {
    const table = aTable([1, 2, 3]);

    await collect(batchesOf(table, { pageSize: 2 }));

    expect(table.reads).toHaveLength(2);
  });

  it('meet a row that appears after the cursor while they run, and none that vanished', async () => {
    const table = aTable([1, 2, 4]);
    const batches = batchesOf(table, { pageSize: 1 });
    await batches.next();

    table.rows.splice(0, 3, { id: 3 }, { id: 4 });

    expect(idsOf(await collect(batches))).toEqual([3, 4]);
  });
});
