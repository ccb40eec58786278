/**
 * What was written to keep checkpoints: commands in Redis, rows in Postgres, by the servers' own counters.
 *
 * W1  A server that was restarted meanwhile has forgotten what it counted: the number is null then, and not too low.
 * W2  Postgres tells what a connection did when that has ended: so the workers are to be gone by the last reading.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { isOutage } from '../../orders/is-outage.js';
import type { Queryable } from '../../orders/queryable.js';
import { anyWorkersConnections } from '../../worker/worker-connections.js';

/** What a server had counted. */
export interface WritesRead {
  readonly writes: number;
  /** Which start of the server counts; another after a restart. */
  readonly start: string;
}

/** Null: nobody knows (W1). Pure. */
export function growthOf(before: WritesRead | null, after: WritesRead | null): number | null {
  if (before === null || after === null || before.start !== after.start) return null;
  return after.writes - before.writes;
}

/** Commands that change a hash of checkpoints, also from within a script. Pure. */
export function redisWritesIn(commandStats: string): number {
  return [...commandStats.matchAll(/^cmdstat_(?:hset|hdel):calls=(\d+)/gm)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

/** From both sections of INFO. Null: it is none. Pure. */
export function redisReading(info: string): WritesRead | null {
  const start = /^run_id:(\w+)/m.exec(info)?.[1];
  return start === undefined ? null : { writes: redisWritesIn(info), start };
}

export interface RedisCounter {
  /** Null where it does not answer. */
  read(): Promise<WritesRead | null>;
  close(): void;
}

export function openRedisCounter(url: string): RedisCounter {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: 2_000, lazyConnect: true });
  redis.on('error', () => undefined);
  return {
    read: () =>
      Promise.all([redis.info('server'), redis.info('commandstats')]).then(
        (sections) => redisReading(sections.join('\r\n')),
        () => null,
      ),
    close: () => redis.disconnect(),
  };
}

const flushLimitMs = 2_000;
const flushLookMs = 20;

/** Rows that were inserted or changed in the checkpoints' table; null where the database is away. */
export async function readPostgresWrites(database: Queryable): Promise<WritesRead | null> {
  try {
    const { rows } = await database.query<WritesRead>(
      `SELECT (n_tup_ins + n_tup_upd)::int AS writes, pg_postmaster_start_time()::text AS start
       FROM pg_stat_user_tables WHERE relname = 'leftoff_checkpoints'`,
    );
    return rows[0] ?? null;
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

/** Waits until the workers' connections have ended, and so told what they did (W2). */
export async function awaitWorkersDisconnected(database: Queryable): Promise<void> {
  const deadline = performance.now() + flushLimitMs;
  while (performance.now() < deadline) {
    const { rows } = await database.query<{ workers: number }>(
      `SELECT count(*)::int AS workers FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE $1`,
      [anyWorkersConnections],
    );
    if (rows[0]?.workers === 0) return;
    await delay(flushLookMs);
  }
}
