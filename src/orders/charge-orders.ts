/**
 * Processes orders: each is marked and charged in one statement, and so in one transaction.
 *
 * C1  One charge an order: it is appended only where this statement itself found the order pending, under its row lock.
 *     Two workers with the same order wait for each other, and the second finds it done.
 * C2  An order that this run has done already is a revisit: counted, returned, without a second effect.
 * C3  An order that another run has done, or that was done before any run, is left alone and not returned.
 * C4  An order with a total of 0 can't be charged: it fails with its reason, and the others go on.
 * C5  Rows are locked in id order, whatever the order of `orderIds`: two calls never deadlock.
 *
 * Where a real external call stands instead of the ledger, its idempotency key is (run id, order id).
 */
import type { OrdersToCharge, Visit } from './order.js';
import type { Queryable } from './queryable.js';

/** $1 the run, $2 the order ids. The guard is one line: without it a second visit charges again (there is a test). */
export const chargeOrdersSql = `
  WITH held AS (
    SELECT order_id, status AS before
    FROM orders
    WHERE order_id = ANY ($2::int[]) AND (status = 'pending' OR run_id = $1)
    ORDER BY order_id
    FOR UPDATE
  ), visited AS (
    UPDATE orders SET
      status = CASE WHEN held.before <> 'pending' THEN status WHEN total_cents = 0 THEN 'failed' ELSE 'processed' END,
      reason = CASE WHEN held.before <> 'pending' THEN reason WHEN total_cents = 0 THEN 'total is 0: nothing to charge' END,
      processed_at = CASE WHEN held.before <> 'pending' THEN processed_at ELSE now() END,
      run_id = $1,
      visits = visits + 1
    FROM held
    WHERE orders.order_id = held.order_id
    RETURNING orders.order_id, total_cents, status, reason, visits, held.before
  ), charged AS (
    INSERT INTO charges (order_id, cents, run_id)
    SELECT order_id, total_cents, $1
    FROM visited
    WHERE total_cents > 0
      AND before = 'pending' -- THE GUARD: charge only what was still pending under the row lock
    ORDER BY order_id
    RETURNING order_id, cents
  )
  SELECT order_id AS "orderId", status AS outcome, visits > 1 AS revisited,
         coalesce(charged.cents, 0) AS "chargedCents", reason
  FROM visited LEFT JOIN charged USING (order_id)
  ORDER BY order_id`;

/** @returns one visit for each order of this run, in id order; see C3 for what is not returned. */
export async function chargeOrders(
  database: Queryable,
  { runId, orderIds }: OrdersToCharge,
): Promise<Visit[]> {
  const { rows } = await database.query<Visit>({
    name: 'charge-orders',
    text: chargeOrdersSql,
    values: [runId, orderIds],
  });
  return rows;
}
