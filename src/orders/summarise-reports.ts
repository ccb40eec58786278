/** What a run of generate-reports ends with: rows that nothing stands behind any more go, and the others are summed up. */
import { notEnded } from './mark-runs-ended.js';
import type { Queryable } from './queryable.js';

export type ReportsSummary = {
  readonly customers: number;
  /** Rows: customers' months. */
  readonly months: number;
  readonly orders: number;
  readonly cents: number;
  /** Rows that have a reason instead of sums. */
  readonly failed: number;
  /** Visits beyond the first of each row, those of lost attempts too, which could report to nobody. */
  readonly revisited: number;
};

/** Removes rows whose orders were all deleted, whichever run wrote them. Done twice it does nothing more. */
export async function sweepReports(database: Queryable, runId: string): Promise<void> {
  await database.query(
    `DELETE FROM reports
     WHERE ${notEnded} AND NOT EXISTS (
         SELECT FROM orders
         WHERE orders.customer_id = reports.customer_id
           AND ordered_on >= to_date(month, 'YYYY-MM') AND ordered_on < to_date(month, 'YYYY-MM') + interval '1 month'
           AND order_id <= up_to_order
       )`,
    [runId],
  );
}

/** Read from the rows, so asked twice it says the same. */
export async function summariseReports(database: Queryable, runId: string): Promise<ReportsSummary> {
  const { rows } = await database.query<ReportsSummary>(
    `SELECT count(DISTINCT customer_id)::int AS customers, count(*)::int AS months, coalesce(sum(orders), 0)::float8 AS orders,
            coalesce(sum(total_cents), 0)::float8 AS cents, count(reason)::int AS failed,
            coalesce(sum(visits - 1), 0)::int AS revisited
     FROM reports WHERE run_id = $1`,
    [runId],
  );
  const [summary] = rows;
  if (summary === undefined)
    throw new Error('A summary is one row of aggregates: the database returned none.');
  return summary;
}
