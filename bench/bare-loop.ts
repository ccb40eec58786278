/**
 * The bare loops: the same SQL in the same process, and nothing else. What durability costs is measured against them.
 *
 * `with a cursor row` is what one writes by hand where nothing may be met again: each transaction moves its cursor as well. What
 * lacks in it is the fence: two of them would both go on.
 */
import type { Pool } from 'pg';
import { chargeOrders } from '../dist/orders/charge-orders.js';
import { readOrdersAfter } from '../dist/orders/read-orders-after.js';
import { reportOrders } from '../dist/orders/report-orders.js';
import { selectOrders } from '../dist/orders/select-orders.js';

/** The page that both patterns' Activities read. */
const pageOfOrders = 500;

export type BareLoop = 'alone' | 'with a cursor row';

/** The cursors of bare loops. */
export async function createCursors(pool: Pool): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS cursors (run text PRIMARY KEY, cursor json NOT NULL)');
}

export async function runBareLoop(
  pool: Pool,
  runId: string,
  { batchSize, loop = 'alone' }: { readonly batchSize: number; readonly loop?: BareLoop },
): Promise<void> {
  const { upTo } = await selectOrders(pool, runId);
  const limit = Math.ceil(pageOfOrders / batchSize) * batchSize;
  const charge = loop === 'alone' ? chargeAlone : await chargeWithCursor(pool, runId);
  let cursor: number | null = null;
  for (;;) {
    const page = await readOrdersAfter(pool, { runId, upTo, cursor, limit });
    for (let start = 0; start < page.length; start += batchSize) {
      const orderIds = page.slice(start, start + batchSize).map(({ orderId }) => orderId);
      await charge(pool, { runId, orderIds });
      cursor = orderIds.at(-1) ?? cursor;
    }
    if (page.length < limit) break;
  }
  await reportOrders(pool, { runId });
}

type Charge = (pool: Pool, due: { readonly runId: string; readonly orderIds: number[] }) => Promise<void>;

const chargeAlone: Charge = async (pool, due) => {
  await chargeOrders(pool, due);
};

async function chargeWithCursor(pool: Pool, runId: string): Promise<Charge> {
  await pool.query(`INSERT INTO cursors VALUES ($1, '0')`, [runId]);
  return async (_, due) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await chargeOrders(client, due);
      const values = [runId, JSON.stringify(due.orderIds.at(-1))];
      await client.query({
        name: 'move-cursor',
        text: 'UPDATE cursors SET cursor = $2 WHERE run = $1',
        values,
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
}
