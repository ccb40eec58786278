/** Builders for the orders' tests: rows as a test wants them, without a file. */
import { writeFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { wipeData } from '../../src/orders/wipe-data.js';

type Row = {
  id: number;
  totalCents: number;
  status: 'pending' | 'processed' | 'failed';
  customerId: number;
};

/** Replaces what is there. Anything not named is one pending order of customer 7 over $10.00. */
export async function theseOrders(
  pool: Pool,
  rows: readonly (Partial<Row> & { id: number })[],
): Promise<void> {
  await wipeData(pool);
  await pool.query('TRUNCATE ended_runs');
  for (const { id, totalCents = 1_000, status = 'pending', customerId = 7 } of rows) {
    await pool.query(
      `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents, status, reason)
       VALUES ($1, $2, '1997-01-18', 1, $3, $4, $5)`,
      [id, customerId, totalCents, status, status === 'failed' ? 'seeded so' : null],
    );
  }
}

/** Pending orders with the ids 1 to `count`. */
export const pendingOrders = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1 }));

export async function chargedCents(pool: Pool, orderId: number): Promise<number[]> {
  const { rows } = await pool.query<{ cents: number }>(
    'SELECT cents FROM charges WHERE order_id = $1 ORDER BY charge_id',
    [orderId],
  );
  return rows.map((row) => row.cents);
}

/** Until a statement in this database waits for a lock. */
export async function aStatementWaits(pool: Pool): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await pool.query(waiting)).rowCount).toBe(1);
}

const header = 'order_id,customer_id,ordered_on,units,total_cents';

/** A file of orders with these lines under the header. */
export async function orderFileOf(path: string, ...lines: string[]): Promise<string> {
  await writeFile(path, `${[header, ...lines].join('\n')}\n`);
  return path;
}
