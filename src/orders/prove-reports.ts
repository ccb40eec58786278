/**
 * The proof: the reports of a run, row for row, against what SQL says of the same orders.
 *
 * V1  Lost: a customer's month with orders of the selection, and without a row of this run.
 * V2  Wrong: a row of this run that says something else than its orders, or has none. A second effect would be found here: sums that
 *     were added twice.
 * V3  Failed: a row that has a reason instead of sums. It is neither lost nor wrong.
 * V4  Revisited: visits of this run beyond the first, summed over its rows.
 *
 * Asked of the orders as they are now: what another run has overwritten meanwhile counts as lost.
 */
import type { Queryable } from './queryable.js';

export type ReportsToProve = {
  readonly runId: string;
  /** The selection's last order, inclusive. */
  readonly upToOrder: number;
};

export type ReportsProof = {
  /** Rows of this run that are right, and their sums. */
  readonly reported: number;
  readonly orders: number;
  readonly cents: number;
  readonly failed: number;
  /** The first 20, such as `42/1997-03`, ascending; the count has them all. */
  readonly lost: readonly string[];
  readonly lostCount: number;
  /** The first 20; the count has them all. */
  readonly wrong: readonly string[];
  readonly wrongCount: number;
  readonly revisited: number;
};

/** Enough rows to look into, few enough for a terminal. */
const shownRows = 20;

const sql = `
  WITH must AS (
    SELECT customer_id, to_char(ordered_on, 'YYYY-MM') AS month,
           count(*) AS orders, sum(units) AS units, sum(total_cents) AS total_cents
    FROM orders WHERE order_id <= $2 GROUP BY 1, 2
  ), own AS (
    SELECT * FROM reports WHERE run_id = $1
  ), compared AS (
    SELECT customer_id, month COLLATE "C" AS month, own.orders, own.total_cents, visits,
      CASE
        WHEN own.run_id IS NULL THEN 'lost'
        WHEN must.orders IS NULL THEN 'wrong'
        WHEN reason IS NOT NULL THEN 'failed'
        WHEN (own.orders, own.units, own.total_cents) = (must.orders, must.units, must.total_cents) THEN 'right'
        ELSE 'wrong'
      END AS verdict
    FROM must FULL JOIN own USING (customer_id, month)
  )
  SELECT count(*) FILTER (WHERE verdict = 'right')::int AS reported,
         coalesce(sum(orders) FILTER (WHERE verdict = 'right'), 0)::float8 AS orders,
         coalesce(sum(total_cents) FILTER (WHERE verdict = 'right'), 0)::float8 AS cents,
         count(*) FILTER (WHERE verdict = 'failed')::int AS failed,
         count(*) FILTER (WHERE verdict = 'lost')::int AS "lostCount", ${shown('lost')} AS lost,
         count(*) FILTER (WHERE verdict = 'wrong')::int AS "wrongCount", ${shown('wrong')} AS wrong,
         coalesce(sum(visits - 1), 0)::int AS revisited
  FROM compared`;

function shown(verdict: 'lost' | 'wrong'): string {
  return `ARRAY(
    SELECT customer_id || '/' || month FROM compared WHERE verdict = '${verdict}' ORDER BY customer_id, month LIMIT $3
  )`;
}

export async function proveReports(
  database: Queryable,
  { runId, upToOrder }: ReportsToProve,
): Promise<ReportsProof> {
  const { rows } = await database.query<ReportsProof>(sql, [runId, upToOrder, shownRows]);
  const [proof] = rows;
  if (proof === undefined) throw new Error('The proof is one row of aggregates: the database returned none.');
  return proof;
}
