import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowCursor } from '../../../../src/continuation/iteration/enumerators/row-key.js';
import type { RowQuery } from '../../../../src/continuation/iteration/enumerators/row-query.js';
import { rowRanges } from '../../../../src/continuation/iteration/enumerators/row-ranges.js';
import { type RowsOptions, rows } from '../../../../src/continuation/iteration/enumerators/rows.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { aWatchedDatabase } from './a-watched-database.js';
import { entriesAfter } from './entries-after.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await database.pool.query(`
    CREATE TABLE orders (order_id bigint PRIMARY KEY, ordered_at timestamptz NOT NULL, shop text NOT NULL,
                         note text NOT NULL DEFAULT repeat('x', 100));
    INSERT INTO orders
      SELECT i, '2024-01-01Z'::timestamptz + (i / 10) * interval '1 second', 'shop ' || i % 100
      FROM generate_series(1, 50000) i;
    CREATE INDEX by_time ON orders (ordered_at, order_id);
    CREATE INDEX by_shop ON orders (shop, order_id);
    ANALYZE orders`);
});
afterAll(() => database.drop());

const aPage = 100;

const far: Record<string, RowCursor> = {
  id: '45000',
  time: ['2024-01-01T01:15:00Z', '45000'],
  timeBack: ['2024-01-01T00:05:00Z', '3000'],
};

async function planOf(query: RowQuery, options: RowsOptions, cursor: RowCursor | null): Promise<string> {
  const watched = aWatchedDatabase(database.pool);
  const met = await entriesAfter(rows(watched, query, { ...options, pageSize: aPage }), cursor, 1);
  expect(met).toHaveLength(1);
  const [plan = ''] = await watched.plansOfPages();
  return plan;
}

const all = { text: 'SELECT * FROM orders' };
const ofShop = { text: 'SELECT * FROM orders WHERE shop = $1', values: ['shop 7'] };
const inCte = {
  text: "WITH o AS (SELECT * FROM orders WHERE note LIKE 'x%') SELECT order_id, ordered_at FROM o",
};
const joined = { text: 'SELECT o.order_id, p.note FROM orders o JOIN orders p USING (order_id)' };
const byTime: RowsOptions = { by: ['ordered_at', 'order_id'] };
const byId: RowsOptions = { by: ['order_id'] };

describe('a page of rows', () => {
  it.each<[string, RowQuery, RowsOptions, RowCursor | null, string, boolean]>([
    ['the first page', 'orders', {}, null, 'Index Scan using orders_pkey', false],
    ['a late page', 'orders', {}, far.id ?? null, 'Index Scan using orders_pkey', true],
    [
      'the first page, backwards',
      'orders',
      { order: 'descending' },
      null,
      'Index Scan Backward using orders_pkey',
      false,
    ],
    [
      'a late page, backwards',
      'orders',
      { order: 'descending' },
      '3000',
      'Index Scan Backward using orders_pkey',
      true,
    ],
    ['the first page of a key of two columns', all, byTime, null, 'Index Scan using by_time', false],
    ['a late page of a key of two columns', all, byTime, far.time ?? null, 'Index Scan using by_time', true],
    [
      'a late page of a key of two columns, backwards',
      all,
      { ...byTime, order: 'descending' },
      far.timeBack ?? null,
      'Index Scan Backward using by_time',
      true,
    ],
    [
      'a page of a range',
      all,
      {
        ...byTime,
        within: { after: ['2024-01-01T00:05:00Z', '3000'], upTo: ['2024-01-01T01:20:00Z', '48000'] },
      },
      far.time ?? null,
      'Index Scan using by_time',
      true,
    ],
    [
      'a query with a condition that the index begins with',
      ofShop,
      { by: ['shop', 'order_id'] },
      null,
      'using by_shop',
      true,
    ],
    ['a query with a CTE', inCte, byTime, far.time ?? null, 'Index Scan using by_time', true],
    ['a join', joined, byId, far.id ?? null, 'using orders_pkey', true],
  ])('is read from the index, sorted by nobody: %s', async (_, query, options, cursor, scan, fromCursor) => {
    const plan = await planOf(query, options, cursor);

    expect(plan).toContain(scan);
    expect(plan).not.toMatch(/Sort|Seq Scan|Bitmap/);
    expect(plan.includes('Index Cond')).toBe(fromCursor);
  });

  it('begins where the cursor is, as one condition on the index', async () => {
    expect(await planOf(all, byTime, far.time ?? null)).toMatch(
      /Index Cond: \(ROW\([\w.]*ordered_at, [\w.]*order_id\) > ROW\(/,
    );
  });

  it('touches as many pages of the index late as early', async () => {
    const buffersOf = async (cursor: RowCursor | null): Promise<number> => {
      const watched = aWatchedDatabase(database.pool);
      await entriesAfter(rows(watched, all, { ...byTime, pageSize: aPage }), cursor, 1);
      const [page] = watched.pages();
      const { rows: lines } = await database.pool.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) ${page?.text}`,
        page?.values,
      );
      const { hit = '0', read = '0' } =
        /Buffers: shared (?:hit=(?<hit>\d+))?\s?(?:read=(?<read>\d+))?/.exec(
          lines.map((line) => line['QUERY PLAN']).join('\n'),
        )?.groups ?? {};
      return Number(hit) + Number(read);
    };
    const early = await buffersOf(['2024-01-01T00:00:01Z', '10']);

    const late = await buffersOf(far.time ?? null);

    expect(early).toBeGreaterThan(0);
    expect(late).toBeLessThanOrEqual(early + 3);
  });
});

describe('ranges of rows', () => {
  it('are cut from the index alone', async () => {
    await database.pool.query('VACUUM (ANALYZE) orders');
    const watched = aWatchedDatabase(database.pool);
    await rowRanges(watched, 'orders', { partitions: 4 });
    const statement = watched.statements.at(-1);

    const { rows: lines } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (COSTS OFF) ${statement?.text}`,
      statement?.values,
    );

    const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
    expect(plan).toContain('Index Only Scan using orders_pkey');
    expect(plan).not.toMatch(/Seq Scan|Sort Key: .*order_id/);
  });
});
