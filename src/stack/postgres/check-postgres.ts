/**
 * Whether a Postgres answers a query, by the URL that clients use.
 */
import pg from 'pg';
import { z } from 'zod';

/** Resolves where the server answers; rejects where it doesn't, or not yet (starting up, recovering). */
export async function checkPostgres(url: string): Promise<'answers' | 'no such database'> {
  try {
    await query(url, 'select 1');
    return 'answers';
  } catch (error) {
    if (z.object({ code: z.literal('3D000') }).safeParse(error).success) return 'no such database';
    throw error;
  }
}

/** Creates a database; `maintenanceUrl` reaches one that is there. */
export async function createDatabase(maintenanceUrl: string, name: string): Promise<void> {
  await query(maintenanceUrl, `create database ${pg.escapeIdentifier(name)}`);
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1_500, query_timeout: 10_000 });
  // A server that goes away while we look is an answer too, given by the rejection.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}
