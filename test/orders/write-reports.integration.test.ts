import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markRunsEnded } from '../../src/orders/mark-runs-ended.js';
import { readMonthsAfter } from '../../src/orders/read-customer-months.js';
import type { ReportSelection } from '../../src/orders/report.js';
import { resetOrders } from '../../src/orders/reset-orders.js';
import { summariseReports, sweepReports } from '../../src/orders/summarise-reports.js';
import { recordFailedReports } from '../../src/orders/write-reports.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import {
  deleteOrdersOf,
  month,
  moreOrdersOf,
  rowsNow,
  selectionNow,
  theseOrdersOf,
  write,
} from './some-reports.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(() =>
  theseOrdersOf(
    database.pool,
    { customer: 4, on: '1997-01-01', units: 2, cents: 2_933 },
    { customer: 4, on: '1997-01-31', units: 1, cents: 0 },
    { customer: 4, on: '1997-02-01', units: 5, cents: 100 },
    { customer: 8, on: '1997-12-31' },
  ),
);

describe('a report row', () => {
  it('is over all orders of its customer’s month, whatever their status, and over no others', async () => {
    const { pool } = database;
    await pool.query(`UPDATE orders SET status = 'failed', reason = 'none' WHERE order_id = 2`);
    const selection = await selectionNow(pool);

    const written = await write(pool, 'run-1', selection, '8/1997-12', '4/1997-01', '4/1997-02');

    expect(written[0]).toEqual({
      ...month('4/1997-01'),
      orders: 2,
      units: 3,
      totalCents: 2_933,
      revisited: false,
    });
    expect(await rowsNow(pool)).toEqual([
      '4/1997-01: 2 orders, 3 units, 2933 cents, run-1, visited 1',
      '4/1997-02: 1 orders, 5 units, 100 cents, run-1, visited 1',
      '8/1997-12: 1 orders, 1 units, 1000 cents, run-1, visited 1',
    ]);
  });

  it('that is met again is the same row, and its visits are counted in it', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    await write(pool, 'run-1', selection, '8/1997-12');

    expect(await write(pool, 'run-1', selection, '8/1997-12')).toMatchObject([{ revisited: true }]);
    expect(await rowsNow(pool)).toEqual(['8/1997-12: 1 orders, 1 units, 1000 cents, run-1, visited 2']);
  });

  it('is a later run’s, with visits of its own, and no longer an earlier one’s that wakes up late', async () => {
    const { pool } = database;
    const earlier = await selectionNow(pool);
    await write(pool, 'run-1', earlier, '8/1997-12');
    await moreOrdersOf(pool, { customer: 8, on: '1997-12-30' });
    const later = await selectionNow(pool);

    expect(await write(pool, 'run-2', later, '8/1997-12')).toMatchObject([{ orders: 2, revisited: false }]);
    expect(await write(pool, 'run-1', earlier, '8/1997-12')).toEqual([]);
    expect(await rowsNow(pool)).toEqual(['8/1997-12: 2 orders, 2 units, 2000 cents, run-2, visited 1']);
  });

  it('is not written over by an earlier selection under the same run id, which is given out again', async () => {
    const { pool } = database;
    const earlier = await selectionNow(pool);
    await moreOrdersOf(pool, { customer: 8, on: '1997-12-30' });
    const later = await selectionNow(pool);
    await write(pool, 'run-1', later, '8/1997-12');

    expect(await write(pool, 'run-1', earlier, '8/1997-12')).toEqual([]);
    expect(await rowsNow(pool)).toEqual(['8/1997-12: 2 orders, 2 units, 2000 cents, run-1, visited 1']);
  });

  it('is new to a later selection under the same run id, and done for its own', async () => {
    const { pool } = database;
    const earlier = await selectionNow(pool);
    await write(pool, 'run-1', earlier, '8/1997-12');
    const later = await selectionNow(pool);

    const doneFor = async (selection: ReportSelection) =>
      (await readMonthsAfter(pool, { runId: 'run-1', selection, customerId: 8 }, { cursor: null, limit: 10 }))
        .rows;

    expect(await doneFor(earlier)).toMatchObject([{ month: '1997-12', done: true }]);
    expect(await doneFor(later)).toMatchObject([{ month: '1997-12', done: false }]);
    expect(await write(pool, 'run-1', later, '8/1997-12')).toMatchObject([{ revisited: false }]);
  });

  it('leaves out what was ordered after the selection', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    await moreOrdersOf(pool, { customer: 8, on: '1997-12-30' }, { customer: 9, on: '1997-12-30' });

    expect(await write(pool, 'run-1', selection, '8/1997-12', '9/1997-12')).toMatchObject([
      { customerId: 8, orders: 1 },
    ]);
  });

  it('is not written for a run that was ended under its worker, nor is its reason', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    await markRunsEnded(pool, ['run-1']);

    expect(await write(pool, 'run-1', selection, '8/1997-12')).toEqual([]);
    await recordFailedReports(pool, {
      runId: 'run-1',
      selection,
      months: [month('4/1997-01')],
      reason: 'broken',
    });
    expect(await rowsNow(pool)).toEqual([]);
  });

  it('that could not be written has the reason in its place, until it can', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    const months = [month('8/1997-12')];
    await recordFailedReports(pool, { runId: 'run-1', selection, months, reason: 'broken' });

    expect(await rowsNow(pool)).toEqual(['8/1997-12: broken, run-1, visited 1']);
    expect(await summariseReports(pool, 'run-1')).toMatchObject({
      months: 1,
      failed: 1,
    });
    await write(pool, 'run-2', await selectionNow(pool), '8/1997-12');
    expect(await rowsNow(pool)).toEqual(['8/1997-12: 1 orders, 1 units, 1000 cents, run-2, visited 1']);
  });

  it('never deadlocks with another that overlaps it in the other order', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    const places = ['4/1997-01', '4/1997-02', '8/1997-12'];
    const rounds = Array.from({ length: 40 }, (_, round) => round);

    await Promise.all(
      rounds.flatMap(() => [
        write(pool, 'run-1', selection, ...places),
        write(pool, 'run-1', selection, ...places.toReversed()),
      ]),
    );

    expect((await rowsNow(pool)).every((row) => row.endsWith('visited 80'))).toBe(true);
  });
});

describe('the end of a run', () => {
  it('sums up its rows, revisits by lost attempts too', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    await write(pool, 'run-1', selection, '4/1997-01', '4/1997-02', '8/1997-12');
    await write(pool, 'run-1', selection, '4/1997-01');

    expect(await summariseReports(pool, 'run-1')).toEqual({
      ...{ customers: 2, months: 3, orders: 4, cents: 4_033, failed: 0, revisited: 1 },
    });
  });

  it('sweeps away the rows whose orders are all gone, of runs before as well, and no others', async () => {
    const { pool } = database;
    const selection = await selectionNow(pool);
    await write(pool, 'run-0', selection, '8/1997-12');
    await write(pool, 'run-1', selection, '4/1997-01', '4/1997-02');
    await deleteOrdersOf(pool, 8);
    await deleteOrdersOf(pool, 4, '1997-02');

    await sweepReports(pool, 'run-1');

    expect(await rowsNow(pool)).toEqual(['4/1997-01: 2 orders, 3 units, 2933 cents, run-1, visited 1']);
  });

  it('leaves no report behind a reset', async () => {
    const { pool } = database;
    await write(pool, 'run-1', await selectionNow(pool), '4/1997-01');

    await resetOrders(pool);

    expect(await rowsNow(pool)).toEqual([]);
  });
});
