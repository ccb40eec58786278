/** Effects in Postgres, without any key that would stop a second one: what is doubled is seen. */
import type { Pool } from 'pg';
import type { Transaction } from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import type { PoolOptions } from '../../../../src/orders/open-pool.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';

export interface EffectsTable extends TestDatabase {
  /** The items of a run that have their effect, in the order in which they got it. */
  effectsOf(run: string): Promise<number[]>;
  /** How many sessions of this database sit in an open transaction, and how many wait for a lock. */
  sessions(): Promise<{ idleInTransaction: number; waiting: number }>;
}

/** How a pool's connections send, for `describe.each`: what a store promises holds of both. */
export const waysToSend = [
  { how: 'one by one', pipeline: false },
  { how: 'in one go', pipeline: true },
] as const;

/** A database with the table; call it in `beforeAll`, and `drop()` in `afterAll`. */
export async function anEffectsTable(options: Pick<PoolOptions, 'pipeline'> = {}): Promise<EffectsTable> {
  const database = await createEmptyTestDatabase(options);
  const { pool } = database;
  await pool.query(
    'CREATE TABLE effects (id bigserial PRIMARY KEY, run text NOT NULL, item integer NOT NULL)',
  );
  await pool.query('CREATE INDEX ON effects (run)');
  return {
    ...database,
    effectsOf: async (run) => {
      const { rows } = await pool.query<{ item: number }>(
        'SELECT item FROM effects WHERE run = $1 ORDER BY id',
        [run],
      );
      return rows.map(({ item }) => item);
    },
    sessions: () => readSessions(pool),
  };
}

/** An item's effect. */
export function haveEffect(transaction: Transaction, run: string, item: number): Promise<unknown> {
  return transaction.query('INSERT INTO effects (run, item) VALUES ($1, $2)', [run, item]);
}

async function readSessions(pool: Pool): Promise<{ idleInTransaction: number; waiting: number }> {
  const { rows } = await pool.query<{ idle: number; waiting: number }>(
    `SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS idle,
      count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS waiting
    FROM pg_stat_activity WHERE datname = current_database()`,
  );
  return { idleInTransaction: rows[0]?.idle ?? 0, waiting: rows[0]?.waiting ?? 0 };
}
