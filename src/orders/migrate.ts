/**
 * Brings the database's schema up to date.
 *
 * G1  Idempotent: with nothing to do it does nothing, in a few milliseconds.
 * G2  Two processes at once are safe: the second waits for the first (an advisory lock) and finds nothing to do.
 * G3  All or nothing: a migration that fails leaves the schema as it was.
 * G4  Quiet: it prints nothing.
 * G5  It ends: a server that says nothing, or a lock that nobody gives back, is an error.
 *
 * Migrations are modules in `migrations/`, compiled with everything else, so the same names run from src and from dist.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type MigrationBuilder, runner } from 'node-pg-migrate';
import { DatabaseError } from 'pg';
import { UserError } from '../user-error.js';
import { openPool } from './open-pool.js';

type MigrationModule = {
  readonly up: (pgm: MigrationBuilder) => void;
  readonly down: (pgm: MigrationBuilder) => void;
};

/** What tsc writes beside a migration, and what an editor leaves there. */
const notMigrations = String.raw`(\..*|.*\.d\.ts|.*\.map)`;

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Longer than all our migrations together take: one that holds its lock for longer has stopped. */
const defaultLockTimeoutMs = 30_000;
const lockNotAvailable = '55P03';

/** @throws what the driver throws when the database can't be reached; a UserError when another holds a lock for too long. */
export async function migrate(
  databaseUrl: string,
  { lockTimeoutMs = defaultLockTimeoutMs }: { readonly lockTimeoutMs?: number } = {},
): Promise<void> {
  // A pool's connection, for its limit on connecting.
  const pool = openPool(databaseUrl, { max: 1 });
  try {
    const client = await pool.connect();
    // Its loss is the running statement's error; without a listener it would end the process as well.
    client.on('error', () => undefined);
    try {
      // Bounds pg_advisory_lock too. Not at connecting: a PgBouncer refuses parameters that it doesn't know.
      await client.query(`SELECT set_config('lock_timeout', $1, false)`, [String(lockTimeoutMs)]);
      await runner({
        dbClient: client,
        dir: fileURLToPath(new URL('./migrations', import.meta.url)),
        ignorePattern: notMigrations,
        migrationsTable: 'leftoff_migrations',
        direction: 'up',
        advisoryLockMode: 'wait',
        singleTransaction: true,
        logger: quiet,
        migrationLoaderStrategies: [{ extensions: ['.js', '.ts'], loader: importMigrations }],
      });
    } catch (error) {
      throw toldToTheUser(error, lockTimeoutMs);
    } finally {
      // Closed, not given back: its settings are its own.
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

function toldToTheUser(error: unknown, lockTimeoutMs: number): unknown {
  if (!(error instanceof DatabaseError) || error.code !== lockNotAvailable) return error;
  return new UserError(
    `The schema is held by another connection for more than ${lockTimeoutMs / 1_000} s: a migration that stopped, or an open psql.`,
    'End that process, or its connection (pg_stat_activity shows it, pg_terminate_backend ends it).',
    'failed',
    { cause: error },
  );
}

/** Plain imports: the library's own loader is a TypeScript transpiler that caches on disk, and we have none to transpile. */
async function importMigrations(paths: string[]) {
  return Promise.all(
    paths.map(async (path) => {
      const actions: MigrationModule = await import(pathToFileURL(path).href);
      return { id: path, filePaths: [path], actions };
    }),
  );
}
