import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chargeOrders } from '../../src/orders/charge-orders.js';
import { chargeWithoutGuard } from '../../src/orders/charge-without-guard.js';
import { proveOrders } from '../../src/orders/prove-orders.js';
import { reportOrders } from '../../src/orders/report-orders.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { pendingOrders, theseOrders } from './some-orders.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const runId = 'orders-step-1';
const upTo = 30;
const ids = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const prove = () => proveOrders(database.pool, { runId, upTo });

describe('the proof', () => {
  beforeEach(() => theseOrders(database.pool, [...pendingOrders(upTo - 1), { id: upTo, totalCents: 0 }]));

  it('finds nothing lost and nothing doubled after a run that did its work', async () => {
    await chargeOrders(database.pool, { runId, orderIds: ids(1, upTo) });

    expect(await prove()).toEqual({
      processed: 29,
      failed: 1,
      lost: [],
      lostCount: 0,
      doubled: [],
      doubledCount: 0,
      revisited: 0,
      charges: 29,
      cents: 29_000,
    });
  });

  it('names the orders that were never met: the first 20, and the count of all', async () => {
    await chargeOrders(database.pool, { runId, orderIds: [1, 2, 3] });

    expect(await prove()).toMatchObject({ lost: ids(4, 23), lostCount: 27 });
  });

  it('calls an order lost that was marked processed without a charge', async () => {
    await chargeOrders(database.pool, { runId, orderIds: ids(1, upTo) });
    await database.pool.query('DELETE FROM charges WHERE order_id = 23');

    expect(await prove()).toMatchObject({ lost: [23], lostCount: 1 });
  });

  it('names the orders that were charged twice: the first 20, and the count of all', async () => {
    await chargeWithoutGuard(database.pool, { runId, orderIds: ids(1, 23) });
    await chargeWithoutGuard(database.pool, { runId, orderIds: ids(1, upTo) });

    expect(await prove()).toMatchObject({ doubled: ids(1, 20), doubledCount: 23, charges: 23 + 29 });
  });

  it('calls an order doubled that two runs charged', async () => {
    await chargeOrders(database.pool, { runId: 'orders-step-2', orderIds: [7] });
    await chargeWithoutGuard(database.pool, { runId, orderIds: [7] });

    expect(await prove()).toMatchObject({ doubled: [7], doubledCount: 1, charges: 1 });
  });

  it('counts revisits, which are not doubled', async () => {
    await chargeOrders(database.pool, { runId, orderIds: ids(1, upTo) });
    await chargeOrders(database.pool, { runId, orderIds: [22, 23] });
    await chargeOrders(database.pool, { runId, orderIds: [23] });

    expect(await prove()).toMatchObject({ revisited: 3, doubledCount: 0, lostCount: 0 });
  });

  it('says nothing of orders added after the run’s selection', async () => {
    await chargeOrders(database.pool, { runId, orderIds: ids(1, upTo) });
    await database.pool.query(
      `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents) VALUES (31, 7, '1998-01-01', 1, 100)`,
    );

    expect(await prove()).toMatchObject({ lostCount: 0 });
  });

  it('calls no order lost that was deleted, and one doubled that was charged twice, its row there or not', async () => {
    await chargeWithoutGuard(database.pool, { runId, orderIds: [7] });
    await chargeWithoutGuard(database.pool, { runId, orderIds: ids(1, upTo) });
    await database.pool.query('DELETE FROM orders WHERE order_id IN (7, 8)');

    expect(await prove()).toMatchObject({ lost: [], lostCount: 0, doubled: [7], doubledCount: 1 });
  });

  it('says nothing of orders that came in below the selection’s last after the run’s start', async () => {
    await chargeOrders(database.pool, { runId, orderIds: ids(1, upTo) });
    await database.pool.query(
      `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents) VALUES (0, 1, '1997-01-01', 1, 1499)`,
    );

    expect(await prove()).toMatchObject({ lost: [0] });
    expect(await proveOrders(database.pool, { runId, upTo, except: [0] })).toMatchObject({ lost: [] });
  });
});

describe('the report', () => {
  it('adds up what the run processed', async () => {
    await theseOrders(database.pool, [
      { id: 1, customerId: 4, totalCents: 100 },
      { id: 2, customerId: 4, totalCents: 20 },
      { id: 3, customerId: 8, totalCents: 3 },
      { id: 4, customerId: 9, totalCents: 0 },
      { id: 5, customerId: 9, totalCents: 5_000 },
    ]);
    await chargeOrders(database.pool, { runId, orderIds: [1, 2, 3, 4] });
    await chargeOrders(database.pool, { runId: 'orders-step-2', orderIds: [5] });

    expect(await reportOrders(database.pool, { runId })).toEqual({
      orders: 3,
      cents: 123,
      customers: 2,
      revisited: 0,
    });
  });

  it('counts every revisit, of failed orders and by attempts that were lost, too', async () => {
    await theseOrders(database.pool, [{ id: 1 }, { id: 2, totalCents: 0 }]);
    for (let visit = 1; visit <= 3; visit += 1)
      await chargeOrders(database.pool, { runId, orderIds: [1, 2] });

    expect(await reportOrders(database.pool, { runId })).toMatchObject({ orders: 1, revisited: 4 });
  });

  it('is all zero for a run that processed nothing', async () => {
    await theseOrders(database.pool, pendingOrders(1));

    expect(await reportOrders(database.pool, { runId })).toEqual({
      orders: 0,
      cents: 0,
      customers: 0,
      revisited: 0,
    });
  });

  it('is exact where a sum is larger than a 32-bit integer', async () => {
    await theseOrders(database.pool, [
      { id: 1, totalCents: 2_000_000_000 },
      { id: 2, totalCents: 2_000_000_001 },
    ]);
    await chargeOrders(database.pool, { runId, orderIds: [1, 2] });

    expect(await reportOrders(database.pool, { runId })).toMatchObject({ cents: 4_000_000_001 });
  });
});
