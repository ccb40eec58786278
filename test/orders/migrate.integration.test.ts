import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { createEmptyTestDatabase, type TestDatabase } from '../servers/test-database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyTestDatabase();
});
afterEach(() => database.drop());

const insertOrder = (columns: string, values: string) =>
  database.pool.query(
    `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents${columns})
     VALUES (1, 7, '1997-01-18', 1, 100${values})`,
  );

describe('migrating', () => {
  it('twice changes nothing', async () => {
    await migrate(database.url);
    await insertOrder('', '');

    await migrate(database.url);

    expect((await database.pool.query('SELECT 1 FROM orders')).rowCount).toBe(1);
  });

  it('from several processes at once applies each migration once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));

    const { rows } = await database.pool.query('SELECT name FROM leftoff_migrations ORDER BY id');
    expect(rows).toEqual([
      { name: '0001_create-orders' },
      { name: '0002_create-ended-runs' },
      { name: '0003_create-checkpoints' },
      { name: '0004_create-reports' },
      { name: '0005_create-imports' },
      { name: '0006_create-orders-exchanged' },
      { name: '0007_know-import-files' },
    ]);
  });
});

describe('the schema', () => {
  beforeEach(() => migrate(database.url));

  it('lets an order be charged twice: that it did not happen is evidence', async () => {
    const charge = `INSERT INTO charges (order_id, cents, run_id) VALUES (1, 100, 'orders-step-1')`;
    await database.pool.query(charge);

    await expect(database.pool.query(charge)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('holds that what failed has a reason', async () => {
    await expect(insertOrder(', status', `, 'failed'`)).rejects.toThrow('check constraint');
    await expect(insertOrder(', reason', `, 'why'`)).rejects.toThrow('check constraint');
  });

  it('holds that a report has its sums or the reason why not, and a month', async () => {
    const insertReport = (columns: string, values: string, month = '1997-01') =>
      database.pool.query(
        `INSERT INTO reports (customer_id, month, run_id, selected_at, up_to_order, visits${columns})
         VALUES (7, $1, 'reports-step-1', now(), 1, 1${values})`,
        [month],
      );

    await expect(insertReport('', '')).rejects.toThrow('check constraint');
    await expect(insertReport(', orders', ', 1')).rejects.toThrow('check constraint');
    await expect(insertReport(', reason', `, 'why'`, '1997')).rejects.toThrow('check constraint');
    await expect(insertReport(', reason', `, 'why'`)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('holds that a pending order has met no run', async () => {
    await expect(insertOrder(', visits', ', 1')).rejects.toThrow('check constraint');
    await expect(insertOrder(', run_id', `, 'orders-step-1'`)).rejects.toThrow('check constraint');
  });
});
