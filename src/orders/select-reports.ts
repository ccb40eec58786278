import type { Queryable } from './queryable.js';
import type { CountedReportSelection, CustomerRange } from './report.js';

/** Fixes what a run reports on, and counts its rows: in a range of customers, or of all of them. */
export async function selectReports(
  database: Queryable,
  range: CustomerRange | null,
): Promise<CountedReportSelection> {
  const { rows } = await database.query<CountedReportSelection>(
    `SELECT (SELECT coalesce(max(order_id), 0) FROM orders) AS "upToOrder", now()::text AS "selectedAt", count(*)::int AS total
     FROM (
       SELECT DISTINCT customer_id, date_trunc('month', ordered_on::timestamp) FROM orders WHERE ${inRange(1)}
     ) AS months`,
    boundsOf(range),
  );
  const [selection] = rows;
  if (selection === undefined)
    throw new Error('A selection is one row of aggregates: the database returned none.');
  return selection;
}

/** The condition that an order's customer is in a range, whose bounds are these two parameters of the statement. */
export function inRange(first: number): string {
  return `customer_id > $${first}::bigint AND customer_id <= $${first + 1}::bigint`;
}

/** For `inRange`: wider than an integer, so that every customer id is between them. */
export function boundsOf(range: CustomerRange | null): [number, number] {
  return [range?.after ?? -2_147_483_649, range?.upTo ?? 2_147_483_647];
}
