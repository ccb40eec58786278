import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/orders/in-transaction.js';
import { isOutage } from '../../src/orders/is-outage.js';
import { openPool } from '../../src/orders/open-pool.js';
import { UserError } from '../../src/user-error.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { pendingOrders, theseOrders } from './some-orders.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ownBackend = 'SELECT pg_backend_pid() AS pid';
const endBackend = (pid: number) => database.pool.query('SELECT pg_terminate_backend($1)', [pid]);

describe('the pool', () => {
  it('survives the loss of an idle connection, tells of it, and opens another', async () => {
    const told: string[] = [];
    const pool = openPool(database.url, { onIdleError: (error) => told.push(error.message) });
    const { rows } = await pool.query<{ pid: number }>(ownBackend);

    await endBackend(rows[0]?.pid ?? 0);
    await expect.poll(() => told).toEqual(['terminating connection due to administrator command']);

    await expect(pool.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
    await pool.end();
  });
});

describe('a statement', () => {
  it('that is not answered within its limit is given up as an outage, and the pool goes on', async () => {
    const pool = openPool(database.url, { statementLimitMs: 100 });

    const given = await pool.query('SELECT pg_sleep(30)').catch((error: unknown) => error);

    expect(isOutage(given)).toBe(true);
    await expect(pool.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
    await pool.end();
  });
});

describe('a transaction', () => {
  it('that fails leaves nothing', async () => {
    await theseOrders(database.pool, pendingOrders(2));

    const failing = inTransaction(database.pool, async (client) => {
      await client.query('DELETE FROM orders');
      throw new Error('on second thoughts');
    });

    await expect(failing).rejects.toThrow('on second thoughts');
    expect((await database.pool.query('SELECT 1 FROM orders')).rowCount).toBe(2);
  });

  it('whose connection is lost is an error, and the pool goes on', async () => {
    const lost = inTransaction(database.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>(ownBackend);
      await endBackend(rows[0]?.pid ?? 0);
      await client.query('SELECT 1');
    });

    await expect(lost).rejects.toThrow(/terminat/);
    await expect(database.pool.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  });

  it('that waits for somebody else’s lock says so after a while, instead of hanging', async () => {
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE orders');

    const waiting = inTransaction(database.pool, (client) => client.query('TRUNCATE orders'), {
      lockTimeoutMs: 50,
    });

    await expect(waiting).rejects.toThrow('held by another connection');
    await expect(waiting).rejects.toBeInstanceOf(UserError);
    await holder.query('ROLLBACK');
    holder.release();
  });
});
