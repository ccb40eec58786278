import type { Selection } from './order.js';
import type { Queryable } from './queryable.js';

/**
 * Fixes what a run works on. Asked again by the same run it counts the same orders, also those that it has done
 * meanwhile; orders added later, above `upTo`, are the next run's.
 */
export async function selectOrders(database: Queryable, runId: string): Promise<Selection> {
  const { rows } = await database.query<Selection>(
    `SELECT coalesce(max(order_id), 0) AS "upTo",
            count(*) FILTER (WHERE status = 'pending' OR run_id = $1)::int AS total
     FROM orders`,
    [runId],
  );
  return rows[0] ?? { upTo: 0, total: 0 };
}
