/**
 * Processes orders: each is marked and charged in one statement, and so in one transaction.
 *
 * C1  One charge an order: only the visit that found it pending, under its row lock, charges it. Two workers with the
 *     same order wait for each other, and the second finds it done.
 * C2  An order that this run has done already is a revisit: counted, returned, without a second effect.
 * C3  An order that another run has done, or that was done before any run, is left alone and not returned.
 * C4  An order with a total of 0 can't be charged: it fails with its reason, and the others go on.
 * C5  A run that was ended charges nothing any more (mark-runs-ended.ts).
 * C6  Rows are locked in id order, whatever the order of `orderIds`: overlapping calls wait, and never deadlock. Left to
 *     the UPDATE alone the order is the plan's: a quarter faster for a batch, and overlapping batches did deadlock.
 *
 * Where a real external call stands instead of the ledger, its idempotency key is (run id, order id).
 */
import { notEnded } from './mark-runs-ended.js';
import type { OrdersToCharge, Visit } from './order.js';
import type { Queryable } from './queryable.js';

/**
 * $1 is the run, $2 the order ids. The guard is one line: without it a second visit charges again (there is a test).
 *
 * All that is decided is decided on `held`, the rows as locked: the UPDATE's own view is older when it had to wait.
 */
export const chargeOrdersSql = `
  WITH held AS (
    SELECT order_id, total_cents, status, reason, visits, processed_at
    FROM orders
    WHERE order_id = ANY ($2::int[]) AND (status = 'pending' OR run_id = $1) AND ${notEnded}
    ORDER BY order_id
    FOR UPDATE
  ), decided AS (
    SELECT order_id, visits + 1 AS visits, coalesce(processed_at, now()) AS processed_at,
      CASE WHEN status <> 'pending' THEN status WHEN total_cents = 0 THEN 'failed' ELSE 'processed' END AS status,
      CASE WHEN status <> 'pending' THEN reason WHEN total_cents = 0 THEN 'total is 0: nothing to charge' END AS reason,
      total_cents
        * (status = 'pending')::int -- THE GUARD: nothing is due but for what was pending under the row lock
      AS due
    FROM held
  ), visited AS (
    UPDATE orders SET
      status = decided.status, reason = decided.reason, processed_at = decided.processed_at,
      run_id = $1, visits = decided.visits
    FROM decided
    WHERE orders.order_id = decided.order_id
    RETURNING orders.order_id, orders.status, orders.reason, orders.visits, due
  ), charged AS (
    INSERT INTO charges (order_id, cents, run_id)
    SELECT order_id, due, $1 FROM visited WHERE due > 0
  )
  SELECT order_id AS "orderId", status AS outcome, visits > 1 AS revisited, due AS "chargedCents", reason
  FROM visited
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
