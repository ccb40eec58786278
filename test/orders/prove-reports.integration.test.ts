import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerRanges } from '../../src/orders/customer-ranges.js';
import { proveReports } from '../../src/orders/prove-reports.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { recordFailedReports } from '../../src/orders/write-reports.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { deleteOrdersOf, month, moreOrdersOf, selectionNow, theseOrdersOf, write } from './some-reports.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const runId = 'reports-step-1';
const places = ['4/1997-01', '4/1997-02', '8/1997-12'];
const all = { reported: 3, orders: 4, cents: 4_000, failed: 0, revisited: 0 };
const nothingAmiss = { lost: [], lostCount: 0, wrong: [], wrongCount: 0 };

describe('the proof of the reports', () => {
  beforeEach(() =>
    theseOrdersOf(
      database.pool,
      { customer: 4, on: '1997-01-01' },
      { customer: 4, on: '1997-01-31' },
      { customer: 4, on: '1997-02-01' },
      { customer: 8, on: '1997-12-31' },
    ),
  );
  const prove = () => proveReports(database.pool, { runId, upToOrder: 4 });
  const writeAll = async () => write(database.pool, runId, await selectionNow(database.pool), ...places);

  it('finds every row right after a run that did its work', async () => {
    await writeAll();

    expect(await prove()).toEqual({ ...all, ...nothingAmiss });
  });

  it('names the months that no row of this run is about, also where another run has one', async () => {
    const selection = await selectionNow(database.pool);
    await write(database.pool, runId, selection, '4/1997-01');
    await write(database.pool, 'another', selection, '8/1997-12');

    expect(await prove()).toMatchObject({ reported: 1, lost: ['4/1997-02', '8/1997-12'], lostCount: 2 });
  });

  it.each([
    ['orders', 'orders = orders + 1'],
    ['units', 'units = units * 2'],
    ['cents', 'total_cents = total_cents * 2'],
  ])('names a row whose %s were added twice', async (_, mistake) => {
    await writeAll();
    await database.pool.query(`UPDATE reports SET ${mistake} WHERE month = '1997-02'`);

    expect(await prove()).toMatchObject({ reported: 2, wrong: ['4/1997-02'], wrongCount: 1, lostCount: 0 });
  });

  it('names a row that no order stands behind', async () => {
    await writeAll();
    await deleteOrdersOf(database.pool, 8);

    expect(await prove()).toMatchObject({ wrong: ['8/1997-12'], wrongCount: 1 });
  });

  it('counts revisits and failed rows, which are neither lost nor wrong', async () => {
    const selection = await selectionNow(database.pool);
    await write(database.pool, runId, selection, ...places);
    await write(database.pool, runId, selection, ...places);
    await recordFailedReports(database.pool, {
      runId,
      selection,
      months: [month('4/1997-01')],
      reason: 'broken',
    });

    expect(await prove()).toMatchObject({ ...nothingAmiss, reported: 2, failed: 1, revisited: 4 });
  });

  it('says nothing of what was ordered after the selection', async () => {
    await writeAll();
    await moreOrdersOf(database.pool, { customer: 8, on: '1997-12-31' }, { customer: 9, on: '1998-01-01' });

    expect(await prove()).toMatchObject({ ...all, ...nothingAmiss });
  });
});

describe('the ranges of a run in partitions', () => {
  const mostMonthsOfACustomer = 17;
  const allRows = 5_460;

  it('cut the CDNOW customers by their months: each range has its share, to within a customer', async () => {
    await seedOrders(database.pool, { kind: 'file' });
    for (const partitions of [2, 4, 7]) {
      const ranges = await customerRanges(database.pool, partitions);

      expect(ranges).toHaveLength(partitions);
      expect(ranges.reduce((sum, { total }) => sum + total, 0)).toBe(allRows);
      for (const { total } of ranges)
        expect(Math.abs(total - allRows / partitions)).toBeLessThanOrEqual(mostMonthsOfACustomer);
    }
  });

  it('follow each other, from the first customer to the last, all with one selection', async () => {
    await theseOrdersOf(
      database.pool,
      { customer: 3, on: '1997-01-01' },
      { customer: 5, on: '1997-01-01' },
      { customer: 5, on: '1997-02-01' },
      { customer: 9, on: '1997-01-01' },
    );

    const ranges = await customerRanges(database.pool, 3);

    expect(ranges).toMatchObject([
      { after: null, upTo: 3, total: 1 },
      { after: 3, upTo: 5, total: 2 },
      { after: 5, upTo: 9, total: 1 },
    ]);
    expect(new Set(ranges.map(({ selection }) => JSON.stringify(selection))).size).toBe(1);
  });

  it('are fewer where there are fewer customers, and none where there are none', async () => {
    await theseOrdersOf(database.pool, { customer: 3, on: '1997-01-01' }, { customer: 3, on: '1997-02-01' });
    expect(await customerRanges(database.pool, 4)).toMatchObject([{ total: 2 }]);

    await theseOrdersOf(database.pool);
    expect(await customerRanges(database.pool, 4)).toEqual([]);
  });
});
