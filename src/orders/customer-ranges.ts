/**
 * Cuts the customers of a selection into contiguous ranges, for a run in partitions.
 *
 * R1  Each customer with orders is in exactly one range, and the ranges follow each other.
 * R2  They have about equal numbers of report rows, not of customers: some have orders in a month, some in seventeen. No range is
 *     further from its share than the one customer in whom it ends.
 * R3  All have one selection: what is ordered while a partition waits for its turn belongs to no partition.
 */
import type { Queryable } from './queryable.js';
import type { CountedCustomerRange, ReportSelection } from './report.js';
import { selectReports } from './select-reports.js';

/** @returns at most so many ranges; fewer where there are fewer customers, none where there are none */
export async function customerRanges(
  database: Queryable,
  partitions: number,
): Promise<CountedCustomerRange[]> {
  const { upToOrder, selectedAt } = await selectReports(database);
  const selection: ReportSelection = { upToOrder, selectedAt };
  const { rows } = await database.query<{ upTo: number; total: number }>(
    // A customer belongs to the part that the middle of their rows falls into.
    `SELECT max(customer_id) AS "upTo", sum(months)::int AS total
     FROM (
       SELECT customer_id, months,
         floor((sum(months) OVER (ORDER BY customer_id) - months / 2.0) * $2::int / sum(months) OVER ()) AS part
       FROM (
         SELECT customer_id, count(*) AS months
         FROM (
           SELECT DISTINCT customer_id, date_trunc('month', ordered_on::timestamp) FROM orders WHERE order_id <= $1
         ) AS customer_months
         GROUP BY customer_id
       ) AS customers
     ) AS parted
     GROUP BY part
     ORDER BY part`,
    [upToOrder, partitions],
  );
  return rows.map(({ upTo, total }, index) => ({
    ...{ after: rows[index - 1]?.upTo ?? null, upTo },
    ...{ selection, total },
  }));
}
