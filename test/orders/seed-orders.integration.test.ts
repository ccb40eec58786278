import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargeOrders } from '../../src/orders/charge-orders.js';
import { readSnapshot } from '../../src/orders/read-snapshot.js';
import { resetOrders } from '../../src/orders/reset-orders.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { wipeData } from '../../src/orders/wipe-data.js';
import { UserError } from '../../src/user-error.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { aStatementWaits, chargedCents, orderFileOf, pendingOrders, theseOrders } from './some-orders.js';

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'leftoff-seed-'));
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

const runId = 'orders-step-1';
const allOf100 = pendingOrders(100).map((order) => order.id);

/** Every column of every order, and how many charges there are: what a seed or a reset leaves. */
async function everything() {
  const orders = await database.pool.query('SELECT * FROM orders ORDER BY order_id');
  const charges = await database.pool.query('SELECT count(*)::int FROM charges');
  return { orders: orders.rows, charges: charges.rows };
}

describe('seeding', () => {
  it('quickly is 100 orders: 61 pending, 19 processed, 20 failed, and no charge yet', async () => {
    await seedOrders(database.pool, { kind: 'quick' });

    expect(await readSnapshot(database.pool)).toEqual({ total: 100, pending: 61, processed: 19, failed: 20 });
    expect((await everything()).charges).toEqual([{ count: 0 }]);
  });

  it('quickly gives the same orders each time', async () => {
    await seedOrders(database.pool, { kind: 'quick' });
    const first = await everything();

    await seedOrders(database.pool, { kind: 'quick' });

    expect(await everything()).toEqual(first);
  });

  it('any number loads that many, all pending', async () => {
    expect(await seedOrders(database.pool, { kind: 'total', total: 6_919 })).toEqual({ orders: 6_919 });

    expect(await readSnapshot(database.pool)).toEqual({
      total: 6_919,
      pending: 6_919,
      processed: 0,
      failed: 0,
    });
  });

  it('more orders than the file has repeats it under new ids', async () => {
    await seedOrders(database.pool, { kind: 'total', total: 6_921 });

    const { rows } = await database.pool.query(
      `SELECT order_id AS id, customer_id AS customer, ordered_on::text AS on, total_cents AS cents
       FROM orders WHERE order_id IN (2, 6919, 6921) ORDER BY order_id`,
    );
    expect(rows).toEqual([
      { id: 2, customer: 4, on: '1997-01-18', cents: 2_973 },
      { id: 6_919, customer: 23_569, on: '1997-03-25', cents: 2_574 },
      { id: 6_921, customer: 4, on: '1997-01-18', cents: 2_973 },
    ]);
  });

  it('replaces what was there, charges too', async () => {
    await theseOrders(database.pool, pendingOrders(3));
    await chargeOrders(database.pool, { runId, orderIds: [1] });

    await seedOrders(database.pool, { kind: 'total', total: 2 });

    expect((await readSnapshot(database.pool)).pending).toBe(2);
    expect(await chargedCents(database.pool, 1)).toEqual([]);
  });

  it('from a file with a broken row says where, and leaves what was there', async () => {
    const file = await orderFileOf(
      join(directory, 'broken.csv'),
      '1,4,1997-01-01,2,2933',
      '2,4,1997-01-18,two,2973',
    );
    await theseOrders(database.pool, pendingOrders(3));

    await expect(seedOrders(database.pool, { kind: 'total', total: 2 }, file)).rejects.toThrow(
      `${file}, line 3: units is "two", which is not a whole number`,
    );

    expect((await readSnapshot(database.pool)).total).toBe(3);
  });

  it.each([0, -5, 1.5, Number.NaN, 100_000_001])('refuses a total of %s as wrong usage', async (total) => {
    const refused = seedOrders(database.pool, { kind: 'total', total });

    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('resetting', () => {
  it('leaves exactly what the seed left, whatever runs did', async () => {
    await seedOrders(database.pool, { kind: 'quick' });
    const seeded = await everything();
    await chargeOrders(database.pool, { runId, orderIds: allOf100.slice(0, 50) });
    await chargeOrders(database.pool, { runId: 'orders-step-2', orderIds: allOf100 });

    expect(await resetOrders(database.pool)).toEqual({ orders: 61 });

    expect(await everything()).toEqual(seeded);
  });

  it('twice is resetting once', async () => {
    await seedOrders(database.pool, { kind: 'quick' });
    await resetOrders(database.pool);

    expect(await resetOrders(database.pool)).toEqual({ orders: 0 });
  });

  it('waits for a charge that is about to commit, and undoes it', async () => {
    await theseOrders(database.pool, pendingOrders(1));
    const worker = await database.pool.connect();
    await worker.query('BEGIN');
    await chargeOrders(worker, { runId, orderIds: [1] });

    const reset = resetOrders(database.pool);
    await aStatementWaits(database.pool);
    await worker.query('COMMIT');
    worker.release();

    expect(await reset).toEqual({ orders: 1 });
    expect(await chargedCents(database.pool, 1)).toEqual([]);
  });
});

describe('wiping', () => {
  it('leaves no order and no charge', async () => {
    await theseOrders(database.pool, pendingOrders(2));
    await chargeOrders(database.pool, { runId, orderIds: [1] });

    await wipeData(database.pool);

    expect(await everything()).toEqual({ orders: [], charges: [{ count: 0 }] });
  });
});
