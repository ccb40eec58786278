/**
 * Records what orders failed with, where their run goes on without them.
 *
 * F1  One that is done, by this run or another, stays so; what failed before keeps its first reason.
 * F2  A run that was ended marks nothing any more.
 */
import { notEnded } from './mark-runs-ended.js';
import type { OrdersToCharge } from './order.js';
import type { Queryable } from './queryable.js';

export async function markOrdersFailed(
  database: Queryable,
  { runId, orderIds, reason }: OrdersToCharge & { readonly reason: string },
): Promise<void> {
  await database.query(
    `UPDATE orders
     SET status = 'failed', reason = $3, run_id = $1, visits = visits + 1, processed_at = now()
     WHERE order_id = ANY ($2::int[]) AND status = 'pending' AND ${notEnded}`,
    [runId, orderIds, reason],
  );
}
