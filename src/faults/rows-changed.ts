/**
 * Rows come and go under the cursor: some are inserted before it and after the end, some deleted around it, in mid-run.
 *
 * R1  What a run selects is fixed at its start: up to the highest id then. Above that, an order is the next run's.
 * R2  An order that comes in behind the cursor is met by nobody: the cursor only moves on. It is the next run's as well, and the
 *     proof is told of it (`notSelected`), for it lies below the highest id.
 * R3  A deleted order is neither lost nor doubled: it isn't there to be charged, and what it was charged before stays in the ledger.
 * R4  The row that the cursor names is deleted as well, and the worker killed: the next one resumes after an order that is no more.
 *
 * Not played: an order inserted ahead of the cursor in a gap between the ids. The run would meet it; a sequence's ids don't come so.
 */
import type { Pool } from 'pg';
import { inTransaction } from '../orders/in-transaction.js';
import { armThenKill } from './arm-then-kill.js';
import type { Fault } from './fault.js';

export const rowsChanged: Fault = {
  name: 'rows-changed',
  title:
    'rows are inserted before the cursor and after the end, and deleted around the cursor; then the worker is killed',
  strikes: ['orders', 'worker'],
  arm: (scene) =>
    armThenKill(scene, 'rows-changed', async ({ position }) => {
      const { inserted, deleted } = await changeRows(scene.pool, position);
      const words = [
        `orders ${inserted.join(' and ')} inserted, before the first and after the last`,
        `orders ${deleted.join(', ')} deleted: the one at which the cursor stands, the one before it and two ahead`,
      ];
      return { words, notSelected: inserted };
    }),
};

async function changeRows(
  pool: Pool,
  at: number,
): Promise<{ readonly inserted: number[]; readonly deleted: number[] }> {
  return inTransaction(pool, async (client) => {
    const added = await client.query<{ id: number }>(
      `WITH ends AS (SELECT min(order_id) AS first, max(order_id) AS last FROM orders)
       INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents)
       SELECT id, customer_id, ordered_on, 1, 1499
       FROM ends, LATERAL (VALUES (first - 1), (last + 1)) AS beyond (id), LATERAL (SELECT customer_id, ordered_on FROM orders LIMIT 1) AS any_order
       RETURNING order_id AS id`,
    );
    const gone = await client.query<{ id: number }>(
      'DELETE FROM orders WHERE order_id BETWEEN $1::int - 1 AND $1::int + 2 RETURNING order_id AS id',
      [at],
    );
    const ids = ({ rows }: { readonly rows: readonly { readonly id: number }[] }): number[] =>
      rows.map(({ id }) => id).sort((a, b) => a - b);
    return { inserted: ids(added), deleted: ids(gone) };
  });
}
