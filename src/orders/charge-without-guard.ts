/**
 * What the traditional job does: charge whatever it is given, again and again.
 *
 * The negative control: it shows that our proof can fail. Never used by either pattern.
 */
import { notEnded } from './mark-runs-ended.js';
import type { OrdersToCharge, Visit } from './order.js';
import type { Queryable } from './queryable.js';

const statement = {
  name: 'charge-without-guard',
  text: `
    WITH visited AS (
      UPDATE orders SET
        status = CASE WHEN total_cents = 0 THEN 'failed' ELSE 'processed' END,
        reason = CASE WHEN total_cents = 0 THEN 'total is 0: nothing to charge' END,
        processed_at = now(),
        visits = CASE WHEN run_id = $1 THEN visits + 1 ELSE 1 END,
        run_id = $1
      WHERE order_id = ANY ($2::int[]) AND ${notEnded}
      RETURNING order_id, total_cents, status, reason, visits
    ), charged AS (
      INSERT INTO charges (order_id, cents, run_id)
      SELECT order_id, total_cents, $1 FROM visited WHERE total_cents > 0 ORDER BY order_id
    )
    SELECT order_id AS "orderId", status AS outcome, visits > 1 AS revisited, total_cents AS "chargedCents", reason
    FROM visited
    ORDER BY order_id`,
};

/** @returns one visit for each order that exists, in id order. A revisit has charged again. */
export async function chargeWithoutGuard(
  database: Queryable,
  { runId, orderIds }: OrdersToCharge,
): Promise<Visit[]> {
  const { rows } = await database.query<Visit>({ ...statement, values: [runId, orderIds] });
  return rows;
}
