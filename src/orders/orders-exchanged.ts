/**
 * Keeps when the orders were last set back or replaced: the place of a run that began before is one among other orders.
 *
 * E1  It is noted in the transaction that does it, under the locks of the tables: a run that begins later finds the new orders.
 * E2  What was imported outlasts a reset, so an import's place is good until the orders are replaced; every other job's is not.
 */
import type { Queryable } from './queryable.js';

/** `set back`: pending again, with nothing left of what runs did. `replaced`: others, or none. */
export type Exchange = 'set back' | 'replaced';

/** For the transaction that does it (E1). */
export async function noteExchange(database: Queryable, how: Exchange): Promise<void> {
  await database.query(
    `INSERT INTO orders_exchanged (how, at) VALUES ($1, clock_timestamp())
     ON CONFLICT (how) DO UPDATE SET at = excluded.at`,
    [how],
  );
}

/** The newest exchange that makes places of a job useless; null: there was none since that instant. */
export async function exchangedSince(
  database: Queryable,
  { job, since }: { readonly job: string; readonly since: Date },
): Promise<Exchange | null> {
  const { rows } = await database.query<{ how: Exchange }>(
    `SELECT how FROM orders_exchanged
     WHERE at >= $2 AND (how = 'replaced' OR $1 <> 'import-orders')
     ORDER BY at DESC LIMIT 1`,
    [job, since],
  );
  return rows[0]?.how ?? null;
}
