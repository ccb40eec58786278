import type { Queryable } from './queryable.js';

export type OrdersReport = {
  /** Orders that this run processed. */
  readonly orders: number;
  /** Their totals, in cents. */
  readonly cents: number;
  /** How many customers placed them. */
  readonly customers: number;
  /** Visits beyond the first of each order, those of lost attempts too, which could report to nobody. */
  readonly revisited: number;
};

/** What a run's last step reports: read from the orders, so asked twice it says the same. */
export async function reportOrders(
  database: Queryable,
  { runId }: { readonly runId: string },
): Promise<OrdersReport> {
  const { rows } = await database.query<OrdersReport>(
    `SELECT coalesce(sum(orders), 0)::int AS orders, coalesce(sum(cents), 0)::float8 AS cents,
            count(*) FILTER (WHERE orders > 0)::int AS customers, coalesce(sum(revisited), 0)::int AS revisited
     FROM (
       SELECT count(*) FILTER (WHERE status = 'processed') AS orders,
              sum(total_cents) FILTER (WHERE status = 'processed') AS cents, sum(visits - 1) AS revisited
       FROM orders WHERE run_id = $1 GROUP BY customer_id
     ) AS by_customer`,
    [runId],
  );
  return rows[0] ?? { orders: 0, cents: 0, customers: 0, revisited: 0 };
}
