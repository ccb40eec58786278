import type { Queryable } from './queryable.js';
import type { CountedReportSelection } from './report.js';

/** Fixes what a run reports on, and counts its rows. */
export async function selectReports(database: Queryable): Promise<CountedReportSelection> {
  const { rows } = await database.query<CountedReportSelection>(
    `SELECT (SELECT coalesce(max(order_id), 0) FROM orders) AS "upToOrder", now()::text AS "selectedAt", count(*)::int AS total
     FROM (
       SELECT DISTINCT customer_id, date_trunc('month', ordered_on::timestamp) FROM orders
     ) AS months`,
  );
  const [selection] = rows;
  if (selection === undefined)
    throw new Error('A selection is one row of aggregates: the database returned none.');
  return selection;
}
