import type { Queryable } from './queryable.js';

/** Sets a run's failed orders back to pending, so that another run takes them up. @returns how many */
export async function requeueFailed(
  database: Queryable,
  { runId }: { readonly runId: string },
): Promise<{ readonly orders: number }> {
  const { rows } = await database.query<{ orders: number }>(
    `WITH requeued AS (
       UPDATE orders
       SET status = 'pending', reason = NULL, run_id = NULL, visits = 0, processed_at = NULL
       WHERE run_id = $1 AND status = 'failed'
       RETURNING order_id
     )
     SELECT count(*)::int AS orders FROM requeued`,
    [runId],
  );
  return rows[0] ?? { orders: 0 };
}
