import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowCursor } from '../../../../src/continuation/iteration/enumerators/row-key.js';
import { rowRanges } from '../../../../src/continuation/iteration/enumerators/row-ranges.js';
import { rows } from '../../../../src/continuation/iteration/enumerators/rows.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { entriesAfter } from './entries-after.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await database.pool.query('CREATE TABLE things (a int, b bigint, PRIMARY KEY (a, b))');
});
afterAll(() => database.drop());

async function theseThings(keys: readonly (readonly [number, number])[]): Promise<void> {
  await database.pool.query('TRUNCATE things');
  await database.pool.query(
    'INSERT INTO things SELECT (k->>0)::int, (k->>1)::bigint FROM json_array_elements($1::json) k',
    [JSON.stringify(keys)],
  );
}

const cursorsWithin = async (options: Parameters<typeof rows>[2]): Promise<RowCursor[]> => {
  const entries = await entriesAfter(rows(database.pool, 'things', options ?? {}), null);
  return entries.map(({ cursor }) => cursor);
};

/** Many on one value and few on others: half of the span holds next to nothing. */
const skewedKeys = fc.uniqueArray(
  fc.tuple(fc.constantFrom(0, 0, 0, 0, 1, 1_000_000), fc.integer({ min: -5, max: 40 })),
  { selector: ([a, b]) => `${a} ${b}`, maxLength: 60 },
);

describe('row ranges', () => {
  it('cover every row once, in order, in parts that differ by one row at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        skewedKeys,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('ascending' as const, 'descending' as const),
        async (keys, partitions, order) => {
          await theseThings(keys);

          const ranges = await rowRanges(database.pool, 'things', { partitions, order });
          const parts: RowCursor[][] = [];
          for (const within of ranges) parts.push(await cursorsWithin({ within, order, pageSize: 7 }));

          expect(parts.flat()).toEqual(await cursorsWithin({ order }));
          expect(parts.map((part) => part.length)).toEqual(ranges.map(({ total }) => total));
          expect(ranges).toHaveLength(Math.min(partitions, keys.length));
          const sizes = parts.map((part) => part.length);
          expect(Math.max(0, ...sizes) - Math.min(...sizes, Math.max(0, ...sizes))).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('follow each other: one begins strictly after the last key of the one before', async () => {
    await theseThings([
      [0, 1],
      [0, 2],
      [0, 3],
      [5, 1],
    ]);

    expect(await rowRanges(database.pool, 'things', { partitions: 2 })).toEqual([
      { after: null, upTo: [0, '2'], total: 2 },
      { after: [0, '2'], upTo: [5, '1'], total: 2 },
    ]);
  });

  it('are none of no rows', async () => {
    await theseThings([]);

    expect(await rowRanges(database.pool, 'things', { partitions: 3 })).toEqual([]);
  });

  it('end at the last row that is there now: later ones are the next run’s', async () => {
    await theseThings([
      [1, 1],
      [2, 2],
    ]);
    const [whole] = await rowRanges(database.pool, 'things', { partitions: 1 });

    await database.pool.query('INSERT INTO things VALUES (3, 3)');

    expect(await cursorsWithin({ within: whole ?? {} })).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
  });

  it('are cut within a range, and of a query with values', async () => {
    await theseThings([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 2],
    ]);

    const ranges = await rowRanges(
      database.pool,
      { text: 'SELECT a, b FROM things WHERE b = $1', values: [2] },
      { by: ['a', 'b'], partitions: 2, within: { after: [1, '2'], upTo: [3, '9'] } },
    );

    expect(ranges).toEqual([
      { after: [1, '2'], upTo: [2, '2'], total: 1 },
      { after: [2, '2'], upTo: [3, '2'], total: 1 },
    ]);
  });

  it.each([0, -1, 1.5])('refuse %d partitions', async (partitions) => {
    await expect(rowRanges(database.pool, 'things', { partitions })).rejects.toThrow('partitions is');
  });
});
