import type { Queryable } from './queryable.js';

/** How many orders there are, and in which state. */
export type Snapshot = {
  readonly total: number;
  readonly pending: number;
  readonly processed: number;
  readonly failed: number;
};

/** Counts the orders as one instant sees them: the parts always add up to the total. */
export async function readSnapshot(database: Queryable): Promise<Snapshot> {
  const { rows } = await database.query<Snapshot>(`
    SELECT count(*)::int AS total,
           count(*) FILTER (WHERE status = 'pending')::int AS pending,
           count(*) FILTER (WHERE status = 'processed')::int AS processed,
           count(*) FILTER (WHERE status = 'failed')::int AS failed
    FROM orders`);
  return rows[0] ?? { total: 0, pending: 0, processed: 0, failed: 0 };
}
