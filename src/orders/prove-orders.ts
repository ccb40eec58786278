/**
 * The proof: what the orders and the ledger say about a run, counted by the database and not by the job.
 *
 * V1  Lost: an order up to `upTo` that is still pending, or that this run marked processed without a charge in the ledger. One that
 *     came in below `upTo` after the run's start was never the run's (`except`); one that was deleted is not there to be lost.
 * V2  Doubled: an order up to `upTo` with more than one charge, whichever run appended them, and whether or not its row is still there.
 * V3  Revisited: visits of this run beyond the first, summed over its orders.
 */
import type { Queryable } from './queryable.js';

export type OrdersToProve = {
  readonly runId: string;
  /** The selection's last order id, inclusive. */
  readonly upTo: number;
  /** Orders up to it that came after the run's start; default: none. */
  readonly except?: readonly number[];
};

export type Proof = {
  /** Orders of this run, by outcome. */
  readonly processed: number;
  readonly failed: number;
  /** The first 20 ids, ascending; the count has them all. */
  readonly lost: readonly number[];
  readonly lostCount: number;
  /** The first 20 ids, ascending; the count has them all. */
  readonly doubled: readonly number[];
  readonly doubledCount: number;
  readonly revisited: number;
  /** This run's entries in the ledger, and their sum in cents. */
  readonly charges: number;
  readonly cents: number;
};

/** Enough ids to look into, few enough for a terminal. */
const shownIds = 20;

/** One pass over the orders and one over the ledger. */
const sql = `
  WITH charged AS (
    SELECT order_id, count(*) AS times FROM charges WHERE order_id <= $2 GROUP BY order_id
  ), met AS (
    SELECT order_id, status, run_id = $1 AS own, visits, coalesce(times, 0) AS times
    FROM orders FULL JOIN charged USING (order_id)
    WHERE order_id <= $2 AND order_id <> ALL ($4::int[])
  ), found AS (
    SELECT count(*) FILTER (WHERE own AND status = 'processed')::int AS processed,
           count(*) FILTER (WHERE own AND status = 'failed')::int AS failed,
           array_agg(order_id) FILTER (WHERE status = 'pending' OR (own AND status = 'processed' AND times = 0)) AS lost,
           array_agg(order_id) FILTER (WHERE times > 1) AS doubled,
           coalesce(sum(visits - 1) FILTER (WHERE own), 0)::int AS revisited
    FROM met
  ), ledger AS (
    SELECT count(*)::int AS charges, coalesce(sum(cents), 0)::float8 AS cents FROM charges WHERE run_id = $1
  )
  SELECT processed, failed, revisited, charges, cents,
         coalesce(cardinality(lost), 0) AS "lostCount",
         ARRAY(SELECT unnest(lost) AS order_id ORDER BY order_id LIMIT $3) AS lost,
         coalesce(cardinality(doubled), 0) AS "doubledCount",
         ARRAY(SELECT unnest(doubled) AS order_id ORDER BY order_id LIMIT $3) AS doubled
  FROM found, ledger`;

export async function proveOrders(
  database: Queryable,
  { runId, upTo, except = [] }: OrdersToProve,
): Promise<Proof> {
  const { rows } = await database.query<Proof>(sql, [runId, upTo, shownIds, except]);
  const [proof] = rows;
  if (proof === undefined) throw new Error('The proof is one row of aggregates: the database returned none.');
  return proof;
}
