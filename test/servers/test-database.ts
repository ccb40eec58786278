/**
 * A database of a test file's own, on the server that the global setup started (or found).
 *
 * D1  Empty but for our schema, and shared with nobody: files run side by side without seeing each other's orders.
 * D2  `drop()` removes it, also while a worker of the test is still connected.
 */
import { randomBytes } from 'node:crypto';
import { Client, type Pool } from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { openPool, type PoolOptions } from '../../src/orders/open-pool.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres whose user may create databases. */
    postgresUrl: string;
  }
}

export type TestDatabase = {
  /** For what connects by itself, such as a worker process. */
  readonly url: string;
  readonly pool: Pool;
  drop(): Promise<void>;
};

/** Call it in `beforeAll`, and `drop()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createEmptyTestDatabase();
  await migrate(database.url);
  return database;
}

/** Without our schema, for what tests migrations. */
export async function createEmptyTestDatabase(options: PoolOptions = {}): Promise<TestDatabase> {
  const name = `leftoff_test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const pool = openPool(url.href, options);
  return {
    url: url.href,
    pool,
    drop: async () => {
      await pool.end();
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
