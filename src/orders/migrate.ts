/**
 * Brings the database's schema up to date.
 *
 * G1  Idempotent: with nothing to do it does nothing, in a few milliseconds.
 * G2  Two processes at once are safe: the second waits for the first (an advisory lock) and finds nothing to do.
 * G3  All or nothing: a migration that fails leaves the schema as it was.
 * G4  Quiet: it prints nothing.
 *
 * Migrations are modules in `migrations/`, compiled with everything else, so the same names run from src and from dist.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type MigrationBuilder, runner } from 'node-pg-migrate';

type MigrationModule = {
  readonly up: (pgm: MigrationBuilder) => void;
  readonly down: (pgm: MigrationBuilder) => void;
};

/** What tsc writes beside a migration, and what an editor leaves there. */
const notMigrations = String.raw`(\..*|.*\.d\.ts|.*\.map)`;

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @throws what the driver throws when the database can't be reached. */
export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl: { connectionString: databaseUrl, application_name: 'leftoff-migrate' },
    dir: fileURLToPath(new URL('./migrations', import.meta.url)),
    ignorePattern: notMigrations,
    migrationsTable: 'leftoff_migrations',
    direction: 'up',
    advisoryLockMode: 'wait',
    singleTransaction: true,
    logger: quiet,
    migrationLoaderStrategies: [{ extensions: ['.js', '.ts'], loader: importMigrations }],
  });
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
