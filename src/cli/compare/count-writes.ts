/**
 * What was written to keep checkpoints: commands in Redis, rows in Postgres, by the servers' own counters.
 *
 * W1  Growth only: a server that was restarted counts from 0 again, and what it counted before is kept.
 * W2  Postgres tells what a connection did when that has ended: so the workers are to be gone by the last reading.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { isOutage } from '../../orders/is-outage.js';
import type { Queryable } from '../../orders/queryable.js';

/** Sums up what a counter grew by, from reading to reading (W1). Pure. */
export function growthOf(readings: readonly (number | null)[]): number {
  let sum = 0;
  let before: number | null = null;
  for (const reading of readings) {
    if (reading === null) continue;
    if (before !== null) sum += reading >= before ? reading - before : reading;
    before = reading;
  }
  return sum;
}

/** Commands that change a hash of checkpoints, also from within a script. Pure. */
export function redisWritesIn(commandStats: string): number {
  return [...commandStats.matchAll(/^cmdstat_(?:hset|hdel):calls=(\d+)/gm)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

export interface RedisCounter {
  read(): Promise<number | null>;
  close(): void;
}

/** Null where it does not answer. */
export function openRedisCounter(url: string): RedisCounter {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: 2_000, lazyConnect: true });
  redis.on('error', () => undefined);
  return {
    read: () => redis.info('commandstats').then(redisWritesIn, () => null),
    close: () => redis.disconnect(),
  };
}

const flushLimitMs = 2_000;
const flushLookMs = 20;

/** Rows that were inserted or changed in the checkpoints' table; null where the database is away. */
export async function readPostgresWrites(database: Queryable): Promise<number | null> {
  try {
    const { rows } = await database.query<{ writes: number }>(
      `SELECT (n_tup_ins + n_tup_upd)::int AS writes
       FROM pg_stat_user_tables WHERE relname = 'leftoff_checkpoints'`,
    );
    return rows[0]?.writes ?? 0;
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
       WHERE datname = current_database() AND application_name = 'leftoff'`,
    );
    if (rows[0]?.workers === 0) return;
    await delay(flushLookMs);
  }
}
