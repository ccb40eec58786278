import type { Selection } from './order.js';
import type { Queryable } from './queryable.js';

/** Which part of a selection: strictly after the one order id, up to and with the other. */
export type OrderRange = { readonly after: number | null; readonly upTo: number };

/**
 * Fixes what a run works on. Asked again by the same run it counts the same orders, also those that it has done
 * meanwhile; orders added later, above `upTo`, are the next run's.
 *
 * @param range for a partition: its part alone
 */
export async function selectOrders(
  database: Queryable,
  runId: string,
  range: OrderRange | null = null,
): Promise<Selection> {
  const { rows } = await database.query<Selection>(
    `SELECT coalesce(max(order_id), 0) AS "upTo",
            count(*) FILTER (WHERE status = 'pending' OR run_id = $1)::int AS total
     FROM orders
     WHERE ($2::int IS NULL OR order_id > $2) AND ($3::int IS NULL OR order_id <= $3)`,
    [runId, range?.after ?? null, range?.upTo ?? null],
  );
  const [selection = { upTo: 0, total: 0 }] = rows;
  return range === null ? selection : { ...selection, upTo: range.upTo };
}
