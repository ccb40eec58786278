/** Postgres goes away, hangs up, or answers slowly: an outage is nobody's item error, and no number of them fails a run. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { workerConnections } from '../worker/worker-connections.js';
import { armAtOrder } from './arm-at-order.js';
import { armServer } from './arm-server.js';
import { type BreakableLine, openBreakableLine } from './breakable-line.js';
import type { Fault } from './fault.js';
import { localServer } from './local-servers.js';
import type { AwayFor } from './redis.js';
import { awaitVisitsBeyond, visitsOf } from './run-progress.js';

export const postgresRestarted: Fault = {
  name: 'postgres-restarted',
  title: 'PostgreSQL is stopped as by a crash (SIGQUIT, what is open is rolled back) and started again',
  strikes: ['postgres'],
  arm: (scene) =>
    armServer(scene, {
      ...{ fault: 'postgres-restarted', instant: 'item in hand' },
      ...{ part: 'postgres', signal: 'SIGQUIT', how: 'stopped at once' },
    }),
};

/** Again and again, so that some are cut in the middle of a statement. */
const cutEveryMs = 10;
const cutForMs = 300;

export const postgresCut: Fault = {
  name: 'postgres-cut',
  title: "the worker's connections to PostgreSQL are ended (pg_terminate_backend), again and again for 0.3 s",
  strikes: ['postgres'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'postgres-cut',
      instant: 'item in hand',
      strike: async ({ pid }, goOn) => {
        const struckAtMs = Date.now();
        let cut = await cutConnections(scene.pool, pid);
        await goOn();
        while (Date.now() - struckAtMs < cutForMs && !scene.signal.aborted) {
          await delay(cutEveryMs);
          cut += await cutConnections(scene.pool, pid);
        }
        const went = `${cut} connections of worker ${pid} cut by the server within ${cutForMs / 1_000} s`;
        scene.tell(went);
        return { struckAtMs, replacement: null, words: [went] };
      },
    }),
};

async function cutConnections(pool: Pool, workerPid: number): Promise<number> {
  const { rows } = await pool.query<{ cut: number }>(
    `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::int AS cut
     FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`,
    [workerConnections(workerPid)],
  );
  return rows[0]?.cut ?? 0;
}

/** Each chunk, in either direction: a statement takes twice as long at the least, and a transaction several of them. */
const lateMs = 20;

export const postgresSlowed = ({ goesOnFor }: AwayFor): Fault => {
  let line: BreakableLine | null = null;
  return {
    name: 'postgres-slowed',
    title: `the line between worker and PostgreSQL is slow for a while: ${lateMs} ms each way`,
    strikes: ['postgres'],
    prepare: async ({ environment }) => {
      const { address } = await localServer(environment, 'postgres');
      const url = new URL(address);
      line = await openBreakableLine({ host: url.hostname, port: Number(url.port) });
      url.hostname = line.host;
      url.port = String(line.port);
      return { DATABASE_URL: url.href };
    },
    arm: (scene) =>
      armAtOrder(scene, {
        fault: 'postgres-slowed',
        instant: 'item in hand',
        strike: async (_, goOn) => {
          const before = (await visitsOf(scene)) ?? 0;
          const struckAtMs = Date.now();
          line?.slow(lateMs);
          scene.tell(`the line to PostgreSQL is slow: ${lateMs} ms each way`);
          try {
            await goOn();
            await awaitVisitsBeyond(scene, before, goesOnFor);
          } finally {
            line?.slow(0);
          }
          const slowMs = Date.now() - struckAtMs;
          const went = `the line to PostgreSQL was slow for ${(slowMs / 1_000).toFixed(1)} s, ${lateMs} ms each way`;
          scene.tell(went);
          return { struckAtMs, replacement: null, words: [went] };
        },
      }),
    clearAway: async () => {
      await line?.close();
      line = null;
    },
  };
};
