import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargeOrders } from '../../src/orders/charge-orders.js';
import { readOrdersAfter } from '../../src/orders/read-orders-after.js';
import { readSnapshot } from '../../src/orders/read-snapshot.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { selectOrders } from '../../src/orders/select-orders.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { pendingOrders, theseOrders } from './some-orders.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const runId = 'orders-step-1';
const anotherRun = 'orders-step-2';

async function idsAfter(
  cursor: number | null,
  { upTo = 100, limit = 100, run = runId } = {},
): Promise<number[]> {
  const orders = await readOrdersAfter(database.pool, { runId: run, upTo, cursor, limit });
  return orders.map((order) => order.orderId);
}

describe('a run’s selection', () => {
  it('is what is pending at its start, up to the highest id', async () => {
    await theseOrders(database.pool, [
      { id: 1 },
      { id: 2, status: 'processed' },
      { id: 5 },
      { id: 9, status: 'failed' },
    ]);

    expect(await selectOrders(database.pool, runId)).toEqual({ upTo: 9, total: 2 });
  });

  it('stays the same while the run works on it', async () => {
    await theseOrders(database.pool, pendingOrders(5));
    await chargeOrders(database.pool, { runId, orderIds: [1, 2] });

    expect(await selectOrders(database.pool, runId)).toEqual({ upTo: 5, total: 5 });
  });

  it('leaves out what another run has done', async () => {
    await theseOrders(database.pool, pendingOrders(5));
    await chargeOrders(database.pool, { runId: anotherRun, orderIds: [1, 2] });

    expect(await selectOrders(database.pool, runId)).toEqual({ upTo: 5, total: 3 });
  });

  it('is empty, and no error, when there is nothing to do', async () => {
    await theseOrders(database.pool, []);
    expect(await selectOrders(database.pool, runId)).toEqual({ upTo: 0, total: 0 });

    await theseOrders(database.pool, [{ id: 3, status: 'processed' }]);
    expect(await selectOrders(database.pool, runId)).toEqual({ upTo: 3, total: 0 });
  });
});

describe('reading orders after a cursor', () => {
  it('resumes strictly after it', async () => {
    await theseOrders(database.pool, pendingOrders(5));

    expect(await idsAfter(3)).toEqual([4, 5]);
  });

  it('tells a cursor of 0 from no cursor', async () => {
    await theseOrders(database.pool, [{ id: -1 }, { id: 0 }, { id: 1 }]);

    expect(await idsAfter(null)).toEqual([-1, 0, 1]);
    expect(await idsAfter(0)).toEqual([1]);
  });

  it('meets again what this run has done, so that a revisit can be seen', async () => {
    await theseOrders(database.pool, pendingOrders(3));
    await chargeOrders(database.pool, { runId, orderIds: [1, 2, 3] });

    expect(await idsAfter(1)).toEqual([2, 3]);
    expect(await idsAfter(1, { run: anotherRun })).toEqual([]);
  });

  it('ends where the selection ended, whatever was added since', async () => {
    await theseOrders(database.pool, pendingOrders(5));

    expect(await idsAfter(null, { upTo: 3 })).toEqual([1, 2, 3]);
  });

  it('walks all pages, meeting each order once and in order', async () => {
    await theseOrders(database.pool, pendingOrders(25));
    const met: number[] = [];
    for (let cursor: number | null = null; ; ) {
      const page = await idsAfter(cursor, { limit: 10 });
      met.push(...page);
      if (page.length < 10) break;
      cursor = page.at(-1) ?? null;
    }

    expect(met).toEqual(pendingOrders(25).map((order) => order.id));
  });

  it('tells what this run has done already, so that meeting it again costs no work', async () => {
    await theseOrders(database.pool, pendingOrders(2));
    await chargeOrders(database.pool, { runId, orderIds: [1] });

    const orders = await readOrdersAfter(database.pool, { runId, upTo: 2, cursor: null, limit: 2 });

    expect(orders.map(({ orderId, done }) => ({ orderId, done }))).toEqual([
      { orderId: 1, done: true },
      { orderId: 2, done: false },
    ]);
  });

  it('gives a date as the day that it is, in every time zone', async () => {
    await theseOrders(database.pool, [{ id: 1, totalCents: 2_933, customerId: 4 }]);

    const orders = await readOrdersAfter(database.pool, { runId, upTo: 1, cursor: null, limit: 1 });

    expect(orders).toEqual([
      { orderId: 1, customerId: 4, orderedOn: '1997-01-18', units: 1, totalCents: 2_933, done: false },
    ]);
  });

  it('reads a page by the primary key, not the table, however many orders there are', async () => {
    await seedOrders(database.pool, { kind: 'total', total: 100_000 });
    const client = await database.pool.connect();
    await readOrdersAfter(client, { runId, upTo: 100_000, cursor: 50_000, limit: 1_000 });

    const { rows } = await client.query(
      `EXPLAIN EXECUTE "read-orders-after" ('orders-step-1', 100000, 50000, 1000)`,
    );
    client.release();

    const plan = JSON.stringify(rows);
    expect(plan).toContain('Index Scan using orders_pkey');
    expect(plan).not.toContain('Sort');
  });
});

describe('the snapshot', () => {
  it('counts the orders by state', async () => {
    await theseOrders(database.pool, [
      { id: 1 },
      { id: 2 },
      { id: 3, status: 'processed' },
      { id: 4, status: 'failed' },
    ]);

    expect(await readSnapshot(database.pool)).toEqual({ total: 4, pending: 2, processed: 1, failed: 1 });
  });
});
