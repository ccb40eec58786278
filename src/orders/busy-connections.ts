import type { Queryable } from './queryable.js';

/** Connections to this database that are at work right now, ours for asking not among them. */
export async function busyConnections(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ busy: number }>(
    `SELECT count(*)::int AS busy FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()`,
  );
  return rows[0]?.busy ?? 0;
}
