/**
 * Sets the orders back as they were seeded.
 *
 * R1  What a run touched is pending again, unvisited; what was processed or failed before any run stays so.
 * R2  The ledger is emptied, the reports that runs wrote, and what the postgres store keeps.
 * R3  The table is rewritten rather than updated: a million orders come back without a million dead rows among them, so
 *     that the next run reads the same table as the first. About 4 s for a million, milliseconds for a hundred.
 * R4  What was imported stays, and where it came from: it was no run's to take back. Rejects are told as before.
 * R5  Checkpoints are locked first, as by a run whose cursor commits with its items: the two never deadlock.
 */
import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';
import { noteExchange } from './orders-exchanged.js';

/** @returns how many orders were set back. */
export async function resetOrders(pool: Pool): Promise<{ orders: number }> {
  return inTransaction(pool, async (client) => {
    await client.query('LOCK TABLE leftoff_checkpoints, orders, charges, reports IN ACCESS EXCLUSIVE MODE');
    const touched = await client.query<{ orders: number }>(
      'SELECT count(*)::int AS orders FROM orders WHERE run_id IS NOT NULL',
    );
    const orders = touched.rows[0]?.orders ?? 0;
    if (orders > 0) {
      await client.query(`
        CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
        SELECT order_id, customer_id, ordered_on, units, total_cents,
               CASE WHEN run_id IS NULL THEN status ELSE 'pending' END AS status,
               CASE WHEN run_id IS NULL THEN reason END AS reason,
               import_id, import_line
        FROM orders`);
      await client.query('TRUNCATE orders');
      await client.query(`
        INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents, status, reason, import_id, import_line)
        SELECT * FROM kept ORDER BY order_id`);
      await client.query('ANALYZE orders');
    }
    // A checkpoint of orders that are pending again would lead a run past them.
    await client.query('TRUNCATE charges, reports, leftoff_checkpoints RESTART IDENTITY');
    await noteExchange(client, 'set back');
    return { orders };
  });
}
