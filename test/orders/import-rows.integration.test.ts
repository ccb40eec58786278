import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginImport, begunImport } from '../../src/orders/begin-import.js';
import { countDoneRows } from '../../src/orders/count-done-rows.js';
import { findImport } from '../../src/orders/find-import.js';
import { importRows, type RowVerdict } from '../../src/orders/import-rows.js';
import { importRowsOrNone } from '../../src/orders/import-rows-or-none.js';
import type { JudgedRow } from '../../src/orders/judge-row.js';
import { type FileLook, keepFirstLook } from '../../src/orders/keep-first-look.js';
import { clearEndedMark, markRunsEnded } from '../../src/orders/mark-runs-ended.js';
import { orderFileRows } from '../../src/orders/order-file-rows.js';
import { proveImport } from '../../src/orders/prove-import.js';
import { readRejects } from '../../src/orders/read-rejects.js';
import { reportImport } from '../../src/orders/report-import.js';
import { resetOrders } from '../../src/orders/reset-orders.js';
import { wipeData } from '../../src/orders/wipe-data.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { aStatementWaits, orderFileOf, theseOrders } from './some-orders.js';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'leftoff-import-'));
});
beforeEach(() => theseOrders(database.pool, []));
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

const runId = 'import-step-1';

const begun = (chain: string, id = runId) =>
  beginImport(database.pool, { runId: id, chain, file: '/orders.csv' });

const order = (line: number, orderId: number, totalCents = 500): JudgedRow => ({
  ...{ kind: 'order', line },
  order: { orderId, customerId: 7, orderedOn: '1997-01-18', units: 1, totalCents },
});

const broken = (line: number): JudgedRow => ({ kind: 'broken', line, reason: 'units is "0"', row: '1,7' });

const imported = (line: number, revisited = false): RowVerdict => ({ line, outcome: 'imported', revisited });

const rejected = (line: number, reason: string, more: Partial<RowVerdict> = {}) =>
  expect.objectContaining({ line, outcome: 'rejected', reason, revisited: false, ...more });

const take = (importId: number, ...rows: readonly JudgedRow[]) =>
  importRows(database.pool, { runId, importId, rows });

async function orderIds(): Promise<number[]> {
  const { rows } = await database.pool.query<{ id: number }>(
    `SELECT order_id AS id FROM orders WHERE status = 'pending' ORDER BY order_id`,
  );
  return rows.map(({ id }) => id);
}

describe('importing rows', () => {
  it('makes each good row a pending order, and each other one a reject with its reason', async () => {
    const importId = await begun('a');

    expect(await take(importId, order(2, 1), broken(3), order(4, 2))).toEqual([
      imported(2),
      rejected(3, 'units is "0"'),
      imported(4),
    ]);
    expect(await orderIds()).toEqual([1, 2]);
    expect(await readRejects(database.pool, { importId, limit: 10 })).toEqual({
      ...{ imported: 2, rejected: 1, rejects: [{ line: 3, reason: 'units is "0"', row: '1,7' }] },
    });
  });

  it('tells a duplicate by whose it is, and whether its values are the same', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 1_000 }]);
    const before = await begun('a', 'import-step-0');
    await importRows(database.pool, { runId: 'import-step-0', importId: before, rows: [order(9, 2)] });
    const importId = await begun('b');
    await take(importId, order(2, 3));

    expect(
      await take(importId, order(3, 1), order(4, 2, 9), order(5, 3), order(6, 4), order(7, 4, 9)),
    ).toEqual([
      rejected(3, 'order_id is 1, which was there before this import, with other values'),
      rejected(4, 'order_id is 2, which import-step-0 imported from line 9 of its file, with other values'),
      rejected(5, 'order_id is 3, which line 2 has already, with the same values'),
      imported(6),
      rejected(7, 'order_id is 4, which line 6 has already, with other values'),
    ]);
  });

  it('has no second effect where the import meets its rows again, and counts that', async () => {
    const importId = await begun('a');
    const rows = [order(2, 1), broken(3), order(4, 1)];
    const first = await take(importId, ...rows);

    expect(await take(importId, ...rows)).toEqual(first.map((verdict) => ({ ...verdict, revisited: true })));
    expect(await countDoneRows(database.pool, { importId, rows: [...rows, order(5, 2)] })).toBe(3);
    expect(await reportImport(database.pool, { importId, read: 3 })).toEqual({
      ...{ read: 3, imported: 1, rejected: 2, revisited: 3 },
    });
  });

  it('keeps a line’s first verdict, also where what it was a duplicate of is gone', async () => {
    await theseOrders(database.pool, [{ id: 1 }]);
    const importId = await begun('a');
    const [first] = await take(importId, order(2, 1));
    await database.pool.query('DELETE FROM orders');

    expect(await take(importId, order(2, 1))).toEqual([{ ...first, isThere: false, revisited: true }]);
    expect(await orderIds()).toEqual([]);
  });

  it('knows its rows from those of an earlier run that had its id', async () => {
    const before = await begun('a');
    await take(before, order(2, 1), broken(3));
    const importId = await begun('b');

    expect(await take(importId, order(2, 1), order(3, 2))).toEqual([
      rejected(2, `order_id is 1, which ${runId} imported from line 2 of its file, with the same values`),
      imported(3),
    ]);
    expect(await begun('b')).toBe(importId);
    expect(await findImport(database.pool, runId)).toMatchObject({ importId });
  });

  it('waits for another import of the same ids, and finds them there', async () => {
    const importId = await begun('a');
    const other = await begun('b', 'import-step-2');
    const holding = await database.pool.connect();
    await holding.query('BEGIN');
    await importRows(holding, { runId: 'import-step-2', importId: other, rows: [order(8, 2)] });
    const late = take(importId, order(2, 1), order(3, 2));
    await aStatementWaits(database.pool);
    await holding.query('COMMIT');
    holding.release();

    expect(await late).toEqual([
      imported(2),
      rejected(
        3,
        'order_id is 2, which import-step-2 imported from line 8 of its file, with the same values',
      ),
    ]);
  });

  it('is a revisit to the one of two attempts that rejects a line second', async () => {
    const importId = await begun('a');
    const first = await database.pool.connect();
    await first.query('BEGIN');
    const [rejectedFirst] = await importRows(first, { runId, importId, rows: [broken(3)] });
    const late = take(importId, broken(3));
    await aStatementWaits(database.pool);
    await first.query('COMMIT');
    first.release();

    expect(rejectedFirst).toEqual(rejected(3, 'units is "0"'));
    expect(await late).toEqual([rejected(3, 'units is "0"', { revisited: true })]);
    expect(await reportImport(database.pool, { importId, read: 1 })).toMatchObject({ revisited: 1 });
  });

  it('never deadlocks with another import of the same ids in the opposite order', async () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => i + 1);
    const [one, other] = [await begun('a'), await begun('b', 'import-step-2')];
    for (const round of [1, 2, 3]) {
      const rows = ids.map((id) => order(round * 10_000 + id, round * 10_000 + id));
      const [first, second] = await Promise.all([
        take(one, ...rows),
        importRows(database.pool, { runId: 'import-step-2', importId: other, rows: rows.toReversed() }),
      ]);

      const placed = [...first, ...second].filter(({ outcome }) => outcome === 'imported');
      expect(placed).toHaveLength(ids.length);
    }
  });

  it('imports nothing for a run that was ended, or whose data was wiped', async () => {
    const importId = await begun('a');
    await markRunsEnded(database.pool, [runId]);
    await expect(take(importId, order(2, 1), broken(3))).rejects.toThrow(/was ended, or its data wiped/);

    await wipeData(database.pool);
    await expect(begun('a')).rejects.toThrow(/was ended, or its data wiped/);
    await clearEndedMark(database.pool, runId);
    await expect(take(importId, order(2, 1))).rejects.toThrow(/was ended, or its data wiped/);
    await expect(begunImport(database.pool, { runId, chain: 'a' })).rejects.toThrow(/data wiped/);
    expect(await begun('a')).toBeGreaterThan(importId);
    expect(await orderIds()).toEqual([]);
  });

  it('keeps where an order is from when the orders are set back', async () => {
    const importId = await begun('a');
    await take(importId, order(2, 1), order(3, 2));
    await database.pool.query(
      `UPDATE orders SET status = 'processed', run_id = 'orders-step-1', visits = 1 WHERE order_id = 2`,
    );

    await resetOrders(database.pool);

    expect(await orderIds()).toEqual([1, 2]);
    expect(await take(importId, order(2, 1), order(3, 2))).toEqual([imported(2, true), imported(3, true)]);
  });
});

describe('importing rows or none', () => {
  const takeOrNone = (importId: number, ...rows: readonly JudgedRow[]) =>
    importRowsOrNone(
      { pool: database.pool, transaction: null, file: '/orders.csv' },
      { runId, importId, rows },
    );

  it('imports none of them where one can’t be, and names the first', async () => {
    const importId = await begun('a');

    await expect(takeOrNone(importId, order(2, 1), order(3, 2), broken(4), broken(5))).rejects.toThrow(
      '/orders.csv, line 4: units is "0". The run stops at such a row, and of lines 2 to 5 nothing was imported.',
    );
    expect(await orderIds()).toEqual([]);
    expect(await readRejects(database.pool, { importId, limit: 10 })).toMatchObject({ rejected: 0 });
  });

  it('passes over a row whose very order is there, so that a corrected file can be imported again', async () => {
    const failed = await begun('a');
    await takeOrNone(failed, order(2, 1));
    const importId = await begun('b', 'import-step-2');
    const again = { runId: 'import-step-2', importId };
    const where = { pool: database.pool, transaction: null, file: '/orders.csv' };

    expect(await importRowsOrNone(where, { ...again, rows: [order(2, 1), order(3, 2)] })).toEqual([
      expect.objectContaining({ line: 2, outcome: 'rejected', isThere: true }),
      imported(3),
    ]);
    await expect(importRowsOrNone(where, { ...again, rows: [order(4, 1, 9)] })).rejects.toThrow(
      /line 4: order_id is 1, which import-step-1 imported from line 2 of its file, with other values/,
    );
  });
});

describe('an import without a place in its file yet', () => {
  it('takes no row of a file that was changed since it began', async () => {
    const importId = await begun('a');
    const path = join(folder, 'changing.csv');
    const rowsOf = async (...lines: readonly string[]): Promise<number> => {
      const file = await orderFileOf(path, ...lines);
      const onBeginning = (look: FileLook) => keepFirstLook(database.pool, { importId, file, look });
      let rows = 0;
      for await (const _ of orderFileRows(file, { importId, batchSize: 1, onBeginning }).after(null))
        rows += 1;
      return rows;
    };

    expect(await rowsOf('1,7,1997-01-18,1,500')).toBe(1);
    expect(await rowsOf('1,7,1997-01-18,1,500')).toBe(1);
    await expect(rowsOf('2,7,1997-01-18,1,500')).rejects.toThrow(
      /begins with other bytes than when its import/,
    );
    await expect(rowsOf('1,7,1997-01-18,1,500', '2,7,1997-01-18,1,500')).rejects.toThrow(
      /had 71 bytes when its import began, and has 92 now, .* or start a new run/,
    );
  });
});

describe('the proof of an import', () => {
  const lines = [
    '1,7,1997-01-18,1,500',
    '2,7,1997-01-18,0,500',
    '1,7,1997-01-18,1,500',
    '3,7,1997-01-18,1,500',
  ];
  const file = () => orderFileOf(join(folder, 'orders.csv'), ...lines);

  async function anImport(): Promise<number> {
    const importId = await begun('a');
    await take(importId, order(2, 1), broken(3), order(4, 1), order(5, 3));
    return importId;
  }

  it('finds every row accounted for, once', async () => {
    await anImport();

    expect(await proveImport(database.pool, { runId, file: await file() })).toEqual({
      ...{ read: 4, imported: 2, rejected: 2 },
      ...{ lost: [], lostCount: 0, doubled: [], doubledCount: 0, wrong: [], wrongCount: 0 },
    });
  });

  it('is of exactly the run that is named', async () => {
    await anImport();

    await expect(proveImport(database.pool, { runId: 'import-step', file: await file() })).rejects.toThrow(
      "There is no import 'import-step'.",
    );
  });

  it.each([
    ['a row of which nothing is known', 'DELETE FROM import_rejects WHERE line = 3', { lost: [3] }],
    ['an order that is gone', 'DELETE FROM orders WHERE order_id = 3', { lost: [5] }],
    [
      'a line with two verdicts',
      `INSERT INTO import_rejects SELECT import_id, 5, 'x', 'x' FROM imports`,
      { doubled: [5] },
    ],
    ['an order with other values', 'UPDATE orders SET units = 9 WHERE order_id = 3', { wrong: [5] }],
    [
      'a line that the file has not',
      'UPDATE import_rejects SET line = 99 WHERE line = 3',
      { lost: [3], wrong: [99] },
    ],
    [
      'a good row rejected for an order that nobody has',
      'UPDATE orders SET order_id = 9 WHERE order_id = 1',
      { wrong: [2, 4] },
    ],
  ])('finds %s', async (_, harm, found) => {
    await anImport();
    await database.pool.query(harm);

    expect(await proveImport(database.pool, { runId, file: await file() })).toMatchObject(found);
  });
});
