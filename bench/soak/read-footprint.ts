/** What a soak holds at rest, between two runs: its own memory and open files, connections at the servers, processes of its home. */
import { readdir, readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';

export interface Footprint {
  readonly memoryMb: number;
  /** Null where the system doesn't tell. */
  readonly openFiles: number | null;
  readonly postgresConnections: number;
  readonly redisConnections: number;
  /** Processes that run with this home, this one not counted: the servers, and nothing else. Null where the system doesn't tell. */
  readonly processes: number | null;
}

const bytesPerMb = 1024 * 1024;

export async function readFootprint(pool: Pool, redis: Redis | null, home: string): Promise<Footprint> {
  // Garbage is no growth.
  globalThis.gc?.();
  const { rows } = await pool.query<{ connections: number }>(
    `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE backend_type = 'client backend'`,
  );
  const clients = redis === null ? '' : await redis.info('clients');
  return {
    memoryMb: Math.round(process.memoryUsage.rss() / bytesPerMb),
    openFiles: await readdir('/proc/self/fd').then(
      (files) => files.length,
      () => null,
    ),
    postgresConnections: rows[0]?.connections ?? 0,
    redisConnections: Number(/connected_clients:(\d+)/.exec(clients)?.[1] ?? 0),
    processes: (await processesOf(home))?.length ?? null,
  };
}

/** By their environment, which workers inherit, or their command line, which names a server's data. Null where /proc isn't there. */
export async function processesOf(home: string): Promise<number[] | null> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return null;
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (pid) => {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        return environment.split('\0').includes(`LEFTOFF_HOME=${home}`) || command.includes(home)
          ? [Number(pid)]
          : [];
      }),
  );
  return found.flat();
}
