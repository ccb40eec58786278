/**
 * What a checkpoint costs in each store by itself: the same small UPDATE as each item's effect, without Temporal and without heartbeat.
 *
 * Each lane keeps one checkpoint an item. `grown` ones have as many resumptions and skipped items as a checkpoint keeps at the most.
 */
import { Redis } from 'ioredis';
import {
  type Checkpoint,
  firstCheckpoint,
  maximumResumptionsKept,
  maximumSkipsKept,
} from '../../continuation/checkpoint.js';
import type { CheckpointStore, Transaction } from '../../continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../continuation/iteration/stores/postgres.js';
import { createCheckpointsTable } from '../../continuation/iteration/stores/postgres-table.js';
import { redisStore } from '../../continuation/iteration/stores/redis.js';
import { openPool } from '../../orders/open-pool.js';
import type { LaneToMeasure } from './measure-lanes.js';
import type { OwnStack } from './on-own-stack.js';

const accounts = 1_000;
const visit = 'UPDATE bench_accounts SET visits = visits + 1 WHERE id = $1';
const effectAlone = 'effect alone';

type CheckpointOf = (item: number) => Checkpoint;

/** @param warn told what a store has to say */
export async function storeLanes(
  stack: OwnStack,
  items: number,
  warn: (message: string) => void,
): Promise<readonly LaneToMeasure[]> {
  const { pool, addresses } = stack;
  await createCheckpointsTable(pool);
  await pool.query('CREATE TABLE bench_accounts (id integer PRIMARY KEY, visits integer NOT NULL)');
  await pool.query('INSERT INTO bench_accounts SELECT i, 0 FROM generate_series(0, $1::int - 1) i', [
    accounts,
  ]);
  await pool.query('CREATE TABLE bench_cursors (run text PRIMARY KEY, cursor json NOT NULL)');
  const redis = addresses.redis === null ? null : new Redis(addresses.redis.url);
  if (redis !== null) stack.beforeTheEnd(async () => redis.disconnect());

  const pipelined = openPool(addresses.postgres.url, { pipeline: true });
  stack.beforeTheEnd(() => pipelined.end());

  const visitAlone = (item: number) => pool.query(visit, [item % accounts]);
  const through =
    <T extends Transaction | null>(
      store: CheckpointStore<T>,
      work: (item: number, through: T) => Promise<unknown>,
      checkpointOf: CheckpointOf = fresh,
    ) =>
    async (runId: string): Promise<void> => {
      const key = { workflowId: runId, chain: runId, name: 'bench' };
      const session = await store.open({ key, epoch: { generation: 1, attempt: 1 }, every: 1, warn });
      for (let item = 1; item <= items; item += 1)
        await session.item(
          (transaction) => work(item, transaction),
          () => checkpointOf(item),
        );
      await session.close();
      await store.clear(key);
    };
  const withEffect = (item: number, transaction: Transaction) => transaction.query(visit, [item % accounts]);

  const cursorRow = async (runId: string): Promise<void> => {
    await pool.query(`INSERT INTO bench_cursors VALUES ($1, '0')`, [runId]);
    const client = await pool.connect();
    try {
      for (let item = 1; item <= items; item += 1) {
        await client.query('BEGIN');
        await client.query(visit, [item % accounts]);
        const values = [runId, JSON.stringify(fresh(item))];
        await client.query('UPDATE bench_cursors SET cursor = $2 WHERE run = $1', values);
        await client.query('COMMIT');
      }
    } finally {
      client.release();
    }
  };

  const lane = (name: string, run: (runId: string) => Promise<void>): LaneToMeasure => ({
    name,
    baseline: name === effectAlone ? null : effectAlone,
    measure: async (runId) => {
      await pool.query('VACUUM bench_accounts, bench_cursors, leftoff_checkpoints');
      await pool.query('CHECKPOINT');
      const started = performance.now();
      await run(runId);
      return { ms: performance.now() - started, facts: { checkpoints: name === effectAlone ? 0 : items } };
    },
  });
  return [
    lane(effectAlone, async () => {
      for (let item = 1; item <= items; item += 1) await visitAlone(item);
    }),
    lane('a cursor row in its transaction, by hand', cursorRow),
    lane('Postgres, with the effect', through(postgresStore({ pool }), withEffect)),
    lane('Postgres, with the effect, prepared', through(postgresStore({ pool, prepared: true }), withEffect)),
    lane(
      'Postgres, with the effect, prepared, pipelined',
      through(postgresStore({ pool: pipelined, prepared: true }), withEffect),
    ),
    lane('Postgres, with the effect, grown', through(postgresStore({ pool }), withEffect, grown)),
    lane('Postgres, effect elsewhere', through(postgresStore({ pool, effects: 'elsewhere' }), visitAlone)),
    ...(redis === null
      ? []
      : [
          lane('Redis SET', through(redisStore({ client: redis }), visitAlone)),
          lane('Redis SET, grown', through(redisStore({ client: redis }), visitAlone, grown)),
        ]),
  ];
}

function fresh(item: number): Checkpoint {
  const counts = { processed: item, failed: 0, revisited: 0 };
  return { ...firstCheckpoint, cursor: item, sequence: item, counts, total: accounts, started: true };
}

function grown(item: number): Checkpoint {
  return {
    ...fresh(item),
    resumptions: Array.from({ length: maximumResumptionsKept }, (_, i) => ({
      ...{ resumedAfter: i * 1_000, source: 'heartbeat', attempt: i + 1, revisited: i },
    })),
    skipped: Array.from({ length: maximumSkipsKept }, (_, i) => ({
      ...{ cursor: i * 1_000, reason: 'an order with a total of 0 cannot be charged' },
    })),
  };
}
