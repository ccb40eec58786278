/**
 * Writes report rows: each is counted out of the orders and put into its place in one statement, and so in one transaction.
 *
 * W1  One row a customer and month, whatever is met again: a second visit of a run writes the same row over it, and is counted in it.
 * W2  Over all orders of the selection, whatever their status. A month without any left (its orders were deleted meanwhile) has no
 *     row, and isn't returned.
 * W3  A later selection overwrites an earlier one's row, with visits of its own. An earlier one, whose worker wakes up late, doesn't
 *     overwrite a later one's, and the row isn't returned: also where both have the same run id, which is no name for good. An attempt that lost its selection, before its first checkpoint, is such an
 *     earlier one: what it wrote is written over, and counts as no revisit.
 * W4  A run that was ended writes nothing any more (mark-runs-ended.ts).
 * W5  Rows are locked in key order, whatever the order of `months`: overlapping calls wait, and never deadlock.
 */
import { notEnded } from './mark-runs-ended.js';
import type { Queryable } from './queryable.js';
import type { CustomerMonth, ReportsToWrite, WrittenReport } from './report.js';

/** $1 is the run, $2 when it fixed its selection and $3 its last order, $4 and $5 are the keys. */
const due = `unnest($4::int[], $5::text[]) AS due (customer_id, month)`;

/** Whose visit it is, and who may overwrite whom. */
const visited = `
  ON CONFLICT (customer_id, month) DO UPDATE SET
    orders = excluded.orders, units = excluded.units, total_cents = excluded.total_cents, reason = excluded.reason,
    run_id = excluded.run_id, selected_at = excluded.selected_at, up_to_order = excluded.up_to_order,
    written_at = excluded.written_at,
    visits = CASE
      WHEN (reports.run_id, reports.selected_at) = (excluded.run_id, excluded.selected_at) THEN reports.visits + 1
      ELSE 1
    END
  WHERE reports.selected_at <= excluded.selected_at`;

const writeSql = `
  WITH written AS (
    INSERT INTO reports (customer_id, month, orders, units, total_cents, run_id, selected_at, up_to_order, visits)
    SELECT due.customer_id, due.month, count(*), sum(units), sum(total_cents), $1, $2::timestamptz, $3::int, 1
    FROM ${due}
    JOIN orders ON orders.customer_id = due.customer_id
      AND ordered_on >= to_date(due.month, 'YYYY-MM') AND ordered_on < to_date(due.month, 'YYYY-MM') + interval '1 month'
      AND order_id <= $3
    WHERE ${notEnded}
    GROUP BY due.customer_id, due.month
    ORDER BY due.customer_id, due.month COLLATE "C"
    ${visited}
    RETURNING customer_id, month, orders, units, total_cents, visits
  )
  SELECT customer_id AS "customerId", month, orders::float8 AS orders, units::float8 AS units,
         total_cents::float8 AS "totalCents", visits > 1 AS revisited
  FROM written ORDER BY customer_id, month`;

/** @returns the rows that were written, in key order; see W2 to W4 for what is not returned */
export async function writeReports(
  database: Queryable,
  { runId, selection, months }: ReportsToWrite,
): Promise<WrittenReport[]> {
  const { rows } = await database.query<WrittenReport>({
    name: 'write-reports',
    text: writeSql,
    values: [runId, selection.selectedAt, selection.upToOrder, ...keysOf(months)],
  });
  return rows;
}

/** Puts the reason why they could not be written into the place of their rows, by the same rules. */
export async function recordFailedReports(
  database: Queryable,
  { runId, selection, months, reason }: ReportsToWrite & { readonly reason: string },
): Promise<void> {
  await database.query(
    `INSERT INTO reports (customer_id, month, reason, run_id, selected_at, up_to_order, visits)
     SELECT customer_id, month, $6, $1, $2::timestamptz, $3::int, 1
     FROM ${due}
     WHERE ${notEnded}
     ORDER BY customer_id, month COLLATE "C"
     ${visited}`,
    [runId, selection.selectedAt, selection.upToOrder, ...keysOf(months), reason],
  );
}

function keysOf(months: readonly CustomerMonth[]): [number[], string[]] {
  return [months.map(({ customerId }) => customerId), months.map(({ month }) => month)];
}
