/**
 * Keeps workers from charging for a run that was ended under them: frozen ones too, that wake much later.
 *
 * M1  A charge that comes after the mark has no effect (`notEnded` is part of the statement that charges).
 * M2  One that came before it is seen by whoever sets the orders back or replaces them after the mark.
 * M3  A mark holds for an hour, and not for a new run of that id, as on a Temporal that was set up anew: starting one clears it.
 */
import type { Queryable } from './queryable.js';

/** For the WHERE of a charging statement whose $1 is the run. */
export const notEnded = `NOT EXISTS (
      SELECT FROM ended_runs WHERE ended_runs.run_id = $1 AND ended_at > now() - interval '1 hour'
    )`;

export async function markRunsEnded(database: Queryable, runIds: readonly string[]): Promise<void> {
  await database.query(
    `INSERT INTO ended_runs (run_id) SELECT unnest($1::text[])
     ON CONFLICT (run_id) DO UPDATE SET ended_at = now()`,
    [runIds],
  );
}

/** For a run that is about to start under an id that a run before it may have had (M3). @returns when that one was marked */
export async function clearEndedMark(database: Queryable, runId: string): Promise<Date | null> {
  const { rows } = await database.query<{ endedAt: Date }>(
    'DELETE FROM ended_runs WHERE run_id = $1 RETURNING ended_at AS "endedAt"',
    [runId],
  );
  return rows[0]?.endedAt ?? null;
}

/** Where the run did not start after all, so that the one before it stays ended. */
export async function putEndedMarkBack(
  database: Queryable,
  { runId, endedAt }: { readonly runId: string; readonly endedAt: Date },
): Promise<void> {
  await database.query(
    'INSERT INTO ended_runs (run_id, ended_at) VALUES ($1, $2) ON CONFLICT (run_id) DO NOTHING',
    [runId, endedAt],
  );
}
