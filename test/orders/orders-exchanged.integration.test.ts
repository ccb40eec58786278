import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exchangedSince } from '../../src/orders/orders-exchanged.js';
import { resetOrders } from '../../src/orders/reset-orders.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { wipeData } from '../../src/orders/wipe-data.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';
import { aStatementWaits, theseOrders } from './some-orders.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ways = [
  ['reset', () => resetOrders(database.pool)],
  ['seed', () => seedOrders(database.pool, { kind: 'quick' })],
  ['clean', () => wipeData(database.pool)],
] as const;

/** By the database's clock, which is the one that exchanges are noted by. */
async function now(): Promise<Date> {
  const { rows } = await database.pool.query<{ now: Date }>('SELECT now()');
  const [row] = rows;
  if (row === undefined) throw new Error('The database does not know the time.');
  return row.now;
}

beforeEach(() => theseOrders(database.pool, [{ id: 1 }]));

describe.each(ways)('what %s does to the orders', (way, exchange) => {
  it('is known of every run that began before, and of none that begins after', async () => {
    const before = await now();
    await exchange();
    const after = await now();

    const known = (job: string, since: Date) => exchangedSince(database.pool, { job, since });
    expect(await known('generate-reports', before)).toBe(way === 'reset' ? 'set back' : 'replaced');
    expect(await known('generate-reports', after)).toBeNull();
    expect(await known('import-orders', before)).toBe(way === 'reset' ? null : 'replaced');
  });

  it('waits for a run whose cursor commits with its items, and the two never deadlock', async () => {
    const run = await database.pool.connect();
    await run.query('BEGIN; LOCK TABLE leftoff_checkpoints IN ROW EXCLUSIVE MODE');
    const waiting = exchange();
    await aStatementWaits(database.pool);
    await run.query(`UPDATE orders SET units = 2; COMMIT`);
    run.release();

    await expect(waiting).resolves.not.toThrow();
  });
});
