/**
 * Processes orders: each is marked and charged in one statement, and so in one transaction.
 *
 * C1  One charge an order: only the visit that found it pending, under its row lock, charges it. Two workers with the
 *     same order wait for each other, and the second finds it done.
 * C2  An order that this run has done already is a revisit: counted, returned, without a second effect.
 * C3  An order that another run has done, or that was done before any run, is left alone and not returned.
 * C4  An order with a total of 0 can't be charged: it fails with its reason, and the others go on.
 *
 * The UPDATE takes the row locks itself: a SELECT … FOR UPDATE before it would fix their order for good, but costs a
 * third of a batch's time. Two calls over the same orders lock them in the index's order all the same; should plans ever
 * differ and two calls deadlock, Postgres ends one of them before it did anything, and its retry finds the rest.
 *
 * Where a real external call stands instead of the ledger, its idempotency key is (run id, order id).
 */
import type { OrdersToCharge, Visit } from './order.js';
import type { Queryable } from './queryable.js';

/**
 * $1 is the run, $2 the order ids. The guard is one line: without it a second visit charges again (there is a test).
 * It can count on visits because the schema holds that a pending order has none.
 */
export const chargeOrdersSql = `
  WITH visited AS (
    UPDATE orders SET
      status = CASE WHEN status <> 'pending' THEN status WHEN total_cents = 0 THEN 'failed' ELSE 'processed' END,
      reason = CASE WHEN status <> 'pending' THEN reason WHEN total_cents = 0 THEN 'total is 0: nothing to charge' END,
      processed_at = coalesce(processed_at, now()),
      run_id = $1,
      visits = visits + 1
    WHERE order_id = ANY ($2::int[]) AND (status = 'pending' OR run_id = $1)
    RETURNING order_id, status, reason, visits,
      total_cents
        * (visits = 1)::int -- THE GUARD: nothing is due but on the first visit, which found the order pending
      AS due
  ), charged AS (
    INSERT INTO charges (order_id, cents, run_id)
    SELECT order_id, due, $1 FROM visited WHERE status = 'processed' AND due > 0
  )
  SELECT order_id AS "orderId", status AS outcome, visits > 1 AS revisited,
         CASE WHEN status = 'processed' THEN due ELSE 0 END AS "chargedCents", reason
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
