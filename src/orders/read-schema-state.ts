/** Whether the database has our schema, without changing anything: for `verify`. */
import { readdir } from 'node:fs/promises';
import type { Queryable } from './queryable.js';

export type SchemaState =
  | { readonly kind: 'absent' }
  /** Migrations that are still to be applied; every command that needs the orders applies them. */
  | { readonly kind: 'behind'; readonly missing: readonly string[] }
  | { readonly kind: 'current'; readonly migrations: number };

export async function readSchemaState(database: Queryable): Promise<SchemaState> {
  const known = await listMigrations();
  const found = await database.query<{ exists: boolean }>(
    `SELECT to_regclass('leftoff_migrations') IS NOT NULL AS exists`,
  );
  if (!found.rows[0]?.exists) return { kind: 'absent' };
  const { rows } = await database.query<{ name: string }>('SELECT name FROM leftoff_migrations');
  const applied = new Set(rows.map(({ name }) => name));
  const missing = known.filter((name) => !applied.has(name));
  return missing.length === 0 ? { kind: 'current', migrations: known.length } : { kind: 'behind', missing };
}

/** By name, compiled or not. */
async function listMigrations(): Promise<string[]> {
  const files = await readdir(new URL('./migrations', import.meta.url));
  return files
    .filter((file) => /^\d.*(?<!\.d)\.(js|ts)$/.test(file))
    .map((file) => file.replace(/\.(js|ts)$/, ''))
    .sort();
}
