import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargeOrders, chargeOrdersSql } from '../../src/orders/charge-orders.js';
import { chargeWithoutGuard } from '../../src/orders/charge-without-guard.js';
import { markRunsEnded } from '../../src/orders/mark-runs-ended.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { aStatementWaits, chargedCents, pendingOrders, theseOrders } from './some-orders.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const runId = 'orders-step-1';
const anotherRun = 'orders-step-2';

describe('charging orders', () => {
  it('marks each order processed and appends its charge', async () => {
    await theseOrders(database.pool, [
      { id: 1, totalCents: 2_933 },
      { id: 2, totalCents: 50 },
    ]);

    const visits = await chargeOrders(database.pool, { runId, orderIds: [2, 1] });

    expect(visits).toEqual([
      { orderId: 1, outcome: 'processed', revisited: false, chargedCents: 2_933, reason: null },
      { orderId: 2, outcome: 'processed', revisited: false, chargedCents: 50, reason: null },
    ]);
    expect(await chargedCents(database.pool, 1)).toEqual([2_933]);
    expect(await chargedCents(database.pool, 2)).toEqual([50]);
  });

  it('has no second effect when the run meets an order again, and says so', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933 }]);
    await chargeOrders(database.pool, { runId, orderIds: [1] });

    const visits = await chargeOrders(database.pool, { runId, orderIds: [1] });

    expect(visits).toEqual([
      { orderId: 1, outcome: 'processed', revisited: true, chargedCents: 0, reason: null },
    ]);
    expect(await chargedCents(database.pool, 1)).toEqual([2_933]);
  });

  it('charges nothing for a run that was ended, also when its worker wakes after the orders were set back', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933 }]);
    await markRunsEnded(database.pool, [runId]);

    expect(await chargeOrders(database.pool, { runId, orderIds: [1] })).toEqual([]);
    expect(await chargedCents(database.pool, 1)).toEqual([]);
  });

  it('charges nothing for a run that is ended while its charge waits for whoever sets the orders back', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933 }]);
    const resetting = await database.pool.connect();
    await resetting.query('BEGIN');
    await resetting.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const late = chargeOrders(database.pool, { runId, orderIds: [1] });
    await aStatementWaits(database.pool);
    await markRunsEnded(database.pool, [runId]);
    await resetting.query('COMMIT');
    resetting.release();

    expect(await late).toEqual([]);
  });

  it('charges again when its one line of guard is deleted: the guard is what holds', async () => {
    const withoutTheGuard = chargeOrdersSql.split('\n').filter((line) => !line.includes('-- THE GUARD'));
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933 }]);

    for (let visit = 1; visit <= 2; visit += 1) {
      await database.pool.query(withoutTheGuard.join('\n'), [runId, [1]]);
    }

    expect(withoutTheGuard).toHaveLength(chargeOrdersSql.split('\n').length - 1);
    expect(await chargedCents(database.pool, 1)).toEqual([2_933, 2_933]);
  });

  it('fails an order with a total of 0, with its reason, and goes on with the others', async () => {
    await theseOrders(database.pool, [{ id: 1 }, { id: 2, totalCents: 0 }, { id: 3 }]);

    const visits = await chargeOrders(database.pool, { runId, orderIds: [1, 2, 3] });

    expect(visits.map((visit) => visit.outcome)).toEqual(['processed', 'failed', 'processed']);
    expect(visits[1]?.reason).toBe('total is 0: nothing to charge');
    expect(await chargedCents(database.pool, 2)).toEqual([]);
  });

  it('keeps the reason of a failed order that is met again', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 0 }]);
    await chargeOrders(database.pool, { runId, orderIds: [1] });

    const visits = await chargeOrders(database.pool, { runId, orderIds: [1] });

    expect(visits).toMatchObject([
      { outcome: 'failed', revisited: true, reason: 'total is 0: nothing to charge' },
    ]);
  });

  it('leaves alone what another run has done, and what was done before any run', async () => {
    await theseOrders(database.pool, [
      { id: 1 },
      { id: 2, status: 'processed' },
      { id: 3, status: 'failed' },
      { id: 4 },
    ]);
    await chargeOrders(database.pool, { runId: anotherRun, orderIds: [1] });

    const visits = await chargeOrders(database.pool, { runId, orderIds: [1, 2, 3, 4, 5] });

    expect(visits.map((visit) => visit.orderId)).toEqual([4]);
    expect(await chargedCents(database.pool, 1)).toEqual([1_000]);
  });

  it('charges once when many workers meet the same order at the same moment, and counts every visit', async () => {
    const workers = 8;
    await theseOrders(database.pool, pendingOrders(1));

    const visits = await Promise.all(
      Array.from({ length: workers }, () => chargeOrders(database.pool, { runId, orderIds: [1] })),
    );

    expect(visits.flat().filter((visit) => !visit.revisited)).toHaveLength(1);
    expect(await chargedCents(database.pool, 1)).toEqual([1_000]);
    const { rows } = await database.pool.query('SELECT visits FROM orders');
    expect(rows).toEqual([{ visits: workers }]);
  });

  it('charges once when a worker waits for one that is about to commit the same order', async () => {
    await theseOrders(database.pool, pendingOrders(1));
    const first = await database.pool.connect();
    await first.query('BEGIN');
    await chargeOrders(first, { runId, orderIds: [1] });

    const second = chargeOrders(database.pool, { runId, orderIds: [1] });
    await aStatementWaits(database.pool);
    await first.query('COMMIT');
    first.release();

    expect(await second).toMatchObject([{ revisited: true, chargedCents: 0 }]);
    expect(await chargedCents(database.pool, 1)).toEqual([1_000]);
  });

  it('charges each order once under overlapping batches in any order', async () => {
    const orders = pendingOrders(200);
    await theseOrders(database.pool, orders);
    const ids = orders.map((order) => order.id);
    const batches = Array.from({ length: 60 }, (_, index) => {
      const rotated = [...ids.slice(index * 3), ...ids.slice(0, index * 3)];
      return index % 2 === 0 ? rotated.slice(0, 120) : rotated.slice(0, 120).toReversed();
    });

    await Promise.all(batches.map((orderIds) => chargeOrders(database.pool, { runId, orderIds })));

    const { rows } = await database.pool.query(
      'SELECT count(*)::int, count(DISTINCT order_id)::int AS orders FROM charges',
    );
    expect(rows).toEqual([{ count: 200, orders: 200 }]);
  });

  it('leaves no trace when its transaction is rolled back', async () => {
    await theseOrders(database.pool, pendingOrders(1));
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await chargeOrders(client, { runId, orderIds: [1] });
    await client.query('ROLLBACK');
    client.release();

    const visits = await chargeOrders(database.pool, { runId, orderIds: [1] });

    expect(visits).toMatchObject([{ revisited: false, chargedCents: 1_000 }]);
  });
});

describe('the traditional job', () => {
  it('charges whatever it is given, again and again', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933 }]);

    await chargeWithoutGuard(database.pool, { runId, orderIds: [1] });
    const visits = await chargeWithoutGuard(database.pool, { runId, orderIds: [1] });

    expect(visits).toMatchObject([{ orderId: 1, revisited: true, chargedCents: 2_933 }]);
    expect(await chargedCents(database.pool, 1)).toEqual([2_933, 2_933]);
  });

  it('charges what another run has charged', async () => {
    await theseOrders(database.pool, pendingOrders(1));
    await chargeOrders(database.pool, { runId: anotherRun, orderIds: [1] });

    await chargeWithoutGuard(database.pool, { runId, orderIds: [1] });

    expect(await chargedCents(database.pool, 1)).toEqual([1_000, 1_000]);
  });
});
