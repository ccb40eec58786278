/** The bare loop: the same SQL in the same process, and nothing else. What durability costs is measured against it. */
import type { Pool } from 'pg';
import { chargeOrders } from '../dist/orders/charge-orders.js';
import { readOrdersAfter } from '../dist/orders/read-orders-after.js';
import { reportOrders } from '../dist/orders/report-orders.js';
import { selectOrders } from '../dist/orders/select-orders.js';

/** The page that both patterns' Activities read. */
const pageOfOrders = 500;

export async function runBareLoop(pool: Pool, runId: string, batchSize: number): Promise<void> {
  const { upTo } = await selectOrders(pool, runId);
  const limit = Math.ceil(pageOfOrders / batchSize) * batchSize;
  let cursor: number | null = null;
  for (;;) {
    const page = await readOrdersAfter(pool, { runId, upTo, cursor, limit });
    for (let start = 0; start < page.length; start += batchSize) {
      const orderIds = page.slice(start, start + batchSize).map(({ orderId }) => orderId);
      await chargeOrders(pool, { runId, orderIds });
      cursor = orderIds.at(-1) ?? cursor;
    }
    if (page.length < limit) break;
  }
  await reportOrders(pool, { runId });
}
