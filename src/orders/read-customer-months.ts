/**
 * The customers of a selection, and the months of one of them: what generate-reports goes through, level by level.
 *
 * K1  Ascending by key, none twice, none left out, strictly after a cursor: a page costs the same late as early, by the index on
 *     customer and day.
 * K2  Not filtered by what a run writes: a month that this run has reported already is met again, so that a revisit can be seen.
 */
import type { Queryable } from './queryable.js';
import type { CustomerRange, ReportSelection, SelectedMonth } from './report.js';

/** The rows that were asked for, and whether there are more. */
type Page<Row> = { readonly rows: readonly Row[]; readonly more: boolean };

/** Below every id that an integer column can hold, and so wider than an integer itself. */
const beforeTheFirst = -2_147_483_649;
const greatestInteger = 2_147_483_647;

export async function readCustomersAfter(
  database: Queryable,
  { selection, range }: { readonly selection: ReportSelection; readonly range: CustomerRange | null },
  { cursor, limit }: { readonly cursor: number | null; readonly limit: number },
): Promise<Page<number>> {
  const { rows } = await database.query<{ customerId: number }>({
    name: 'customers-after',
    text: `SELECT customer_id AS "customerId" FROM orders
           WHERE customer_id > $1::bigint AND customer_id <= $2::bigint AND order_id <= $3
           GROUP BY customer_id ORDER BY customer_id LIMIT $4`,
    values: [
      cursor ?? range?.after ?? beforeTheFirst,
      range?.upTo ?? greatestInteger,
      ...[selection.upToOrder, limit],
    ],
  });
  return { rows: rows.map(({ customerId }) => customerId), more: rows.length === limit };
}

export async function readMonthsAfter(
  database: Queryable,
  {
    runId,
    selection,
    customerId,
  }: {
    readonly runId: string;
    readonly selection: ReportSelection;
    readonly customerId: number;
  },
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): Promise<Page<SelectedMonth>> {
  const { rows } = await database.query<SelectedMonth>({
    name: 'months-after',
    text: `SELECT customer_id AS "customerId", month, coalesce(run_id = $1 AND selected_at = $6, false) AS done
           FROM (
             SELECT customer_id, to_char(ordered_on, 'YYYY-MM') AS month FROM orders
             WHERE customer_id = $2 AND order_id <= $3 AND to_char(ordered_on, 'YYYY-MM') > $4 COLLATE "C"
             GROUP BY 1, 2
           ) AS months
           LEFT JOIN reports USING (customer_id, month)
           ORDER BY month COLLATE "C" LIMIT $5`,
    values: [runId, customerId, selection.upToOrder, cursor ?? '', limit, selection.selectedAt],
  });
  return { rows, more: rows.length === limit };
}
