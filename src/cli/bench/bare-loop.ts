/**
 * The bare loops: the same SQL in the same process, and nothing else. What durability costs is measured against them.
 *
 * `charge-orders` alone is what a job without checkpoints does. With a cursor row in each transaction it is what one would write by
 * hand to lose nothing and do nothing twice: what a fenced lane is measured against. What lacks in it is the fence: two of them would
 * both go on.
 */
import type { Pool } from 'pg';
import { chargeOrders } from '../../orders/charge-orders.js';
import type { OrdersToCharge } from '../../orders/order.js';
import { readOrdersAfter } from '../../orders/read-orders-after.js';
import { reportOrders } from '../../orders/report-orders.js';
import { selectOrders } from '../../orders/select-orders.js';

/** The page that both patterns' Activities read. */
const pageOfOrders = 500;

export function runBareLoop(pool: Pool, runId: string, batchSize: number): Promise<void> {
  return loop(pool, runId, batchSize, (orders) => chargeOrders(pool, orders));
}

export async function runBareLoopWithCursor(pool: Pool, runId: string, batchSize: number): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS bare_cursors (run text PRIMARY KEY, cursor integer NOT NULL)');
  await pool.query('INSERT INTO bare_cursors VALUES ($1, 0)', [runId]);
  const client = await pool.connect();
  try {
    await loop(pool, runId, batchSize, async (orders) => {
      await client.query('BEGIN');
      await chargeOrders(client, orders);
      await client.query({ ...moveCursor, values: [runId, orders.orderIds.at(-1)] });
      await client.query('COMMIT');
    });
  } finally {
    client.release();
  }
}

const moveCursor = { name: 'move-cursor', text: 'UPDATE bare_cursors SET cursor = $2 WHERE run = $1' };

async function loop(
  pool: Pool,
  runId: string,
  batchSize: number,
  charge: (orders: OrdersToCharge) => Promise<unknown>,
): Promise<void> {
  const { upTo } = await selectOrders(pool, runId);
  const limit = Math.ceil(pageOfOrders / batchSize) * batchSize;
  let cursor: number | null = null;
  for (;;) {
    const page = await readOrdersAfter(pool, { runId, upTo, cursor, limit });
    for (let start = 0; start < page.length; start += batchSize) {
      const orderIds = page.slice(start, start + batchSize).map(({ orderId }) => orderId);
      await charge({ runId, orderIds });
      cursor = orderIds.at(-1) ?? cursor;
    }
    if (page.length < limit) break;
  }
  await reportOrders(pool, { runId });
}
