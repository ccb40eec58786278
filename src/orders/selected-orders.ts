/**
 * The orders of a run's selection, as a query: what each reader puts its own order and bounds around.
 *
 * Not filtered by what processing changes: an order that this run has done already is met again (and had no second
 * effect), so that a revisit can be seen; one that another run did is not this run's.
 */

/** $1 is the run, $2 the selection's last order id, inclusive. */
export const selectedOrdersSql = `
    SELECT order_id AS "orderId", customer_id AS "customerId", to_char(ordered_on, 'YYYY-MM-DD') AS "orderedOn",
           units, total_cents AS "totalCents", status <> 'pending' AS done
    FROM orders
    WHERE order_id <= $2 AND (status = 'pending' OR run_id = $1)`;

export function selectedOrders({ runId, upTo }: { readonly runId: string; readonly upTo: number }): {
  readonly text: string;
  readonly values: readonly [string, number];
} {
  return { text: selectedOrdersSql, values: [runId, upTo] };
}
