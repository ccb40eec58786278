/**
 * What a checkpoint costs in each store: the same small UPDATE as each item's effect, lanes rotated, medians of several rounds.
 *
 *   npm run bench:store-costs -- --items 2000 --rounds 5
 *   npm run bench:store-costs -- --items 2000 --rounds 5 --grown
 *
 * --grown: with as many resumptions and skipped items as a checkpoint keeps at the most. No heartbeat and no Temporal in any
 * lane: the stores alone. Servers are its own, in a temporary home; Postgres waits for the disk at each commit.
 */
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import {
  type Checkpoint,
  firstCheckpoint,
  maximumResumptionsKept,
  maximumSkipsKept,
} from '../dist/continuation/checkpoint.js';
import type { CheckpointStore, Transaction } from '../dist/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../dist/continuation/iteration/stores/postgres.js';
import { createCheckpointsTable } from '../dist/continuation/iteration/stores/postgres-table.js';
import { redisStore } from '../dist/continuation/iteration/stores/redis.js';
import { openPool } from '../dist/orders/open-pool.js';
import { bringUp } from '../dist/stack/bring-up.js';
import { median } from './median.js';
import { takeOwnHome } from './own-home.js';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    grown: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const items = Number(values.items);
const rounds = Number(values.rounds);
const accounts = 1_000;

interface Lane {
  readonly name: string;
  /** Items to a checkpoint; null: none is kept. */
  readonly every: number | null;
  /** What its cost is measured against. */
  readonly against: string | null;
  readonly run: (runId: string) => Promise<void>;
}

const { clearAway } = await takeOwnHome();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
try {
  const stack = await bringUp({ onProgress: say });
  const pool = openPool(stack.postgres.url);
  const redis = stack.redis === null ? null : new Redis(stack.redis.url);
  await createCheckpointsTable(pool);
  await pool.query('CREATE TABLE accounts (id integer PRIMARY KEY, visits integer NOT NULL)');
  await pool.query('INSERT INTO accounts SELECT i, 0 FROM generate_series(0, $1::int - 1) i', [accounts]);
  await pool.query('CREATE TABLE cursors (run text PRIMARY KEY, cursor json NOT NULL)');

  const visit = 'UPDATE accounts SET visits = visits + 1 WHERE id = $1';
  const through = async <T extends Transaction | null>(
    store: CheckpointStore<T>,
    {
      runId,
      every,
      work,
    }: { runId: string; every: number; work: (item: number, through: T) => Promise<unknown> },
  ): Promise<void> => {
    const key = { workflowId: runId, chain: runId, name: 'bench' };
    const warn = (message: string): void => say(message);
    const session = await store.open({ key, epoch: { generation: 1, attempt: 1 }, every, warn });
    for (let item = 1; item <= items; item += 1)
      await session.item(
        (transaction) => work(item, transaction),
        () => checkpointAt(item),
      );
    await session.close();
    await store.clear(key);
  };
  const visitAlone = (item: number) => pool.query(visit, [item % accounts]);
  const lanes: Lane[] = [
    {
      ...{ name: 'effect alone', every: null, against: null },
      run: async () => {
        for (let item = 1; item <= items; item += 1) await visitAlone(item);
      },
    },
    {
      ...{ name: 'bare pg: cursor row in its transaction', every: 1, against: 'effect alone' },
      run: async (runId) => {
        await pool.query(`INSERT INTO cursors VALUES ($1, '0')`, [runId]);
        const client = await pool.connect();
        for (let item = 1; item <= items; item += 1) {
          await client.query('BEGIN');
          await client.query(visit, [item % accounts]);
          await client.query('UPDATE cursors SET cursor = $2 WHERE run = $1', [
            runId,
            JSON.stringify(checkpointAt(item)),
          ]);
          await client.query('COMMIT');
        }
        client.release();
      },
    },
    {
      ...{ name: 'postgres, with the effect', every: 1, against: 'effect alone' },
      run: (runId) =>
        through(postgresStore({ pool }), {
          ...{ runId, every: 1 },
          work: (item, transaction) => transaction.query(visit, [item % accounts]),
        }),
    },
    {
      ...{ name: 'postgres, with the effect, prepared', every: 1, against: 'effect alone' },
      run: (runId) =>
        through(postgresStore({ pool, prepared: true }), {
          ...{ runId, every: 1 },
          work: (item, transaction) => transaction.query(visit, [item % accounts]),
        }),
    },
    {
      ...{ name: 'postgres, after an effect elsewhere', every: 1, against: 'effect alone' },
      run: (runId) =>
        through(postgresStore({ pool, effects: 'elsewhere' }), { runId, every: 1, work: visitAlone }),
    },
    ...[1, 100].flatMap((every): Lane[] =>
      redis === null
        ? []
        : [
            {
              ...{ name: `redis, every ${every}`, every, against: 'effect alone' },
              run: (runId) => through(redisStore({ client: redis }), { runId, every, work: visitAlone }),
            },
          ],
    ),
  ];

  const measured = new Map<string, number[]>(lanes.map(({ name }) => [name, []]));
  // Round 0 warms up. Each round starts with another lane.
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < lanes.length; turn += 1) {
      const lane = lanes[(turn + round) % lanes.length];
      if (lane === undefined) continue;
      await pool.query('VACUUM accounts, cursors, leftoff_checkpoints');
      await pool.query('CHECKPOINT');
      const startedMs = performance.now();
      await lane.run(`${lane.name}-${round}`);
      const ms = performance.now() - startedMs;
      say(`round ${round}${round === 0 ? ' (warm-up)' : ''}  ${lane.name}  ${Math.round(ms)} ms`);
      if (round > 0) measured.get(lane.name)?.push(ms);
    }
  }
  redis?.disconnect();
  await pool.end();

  const rows = lanes.map(({ name, every, against }) => {
    const medianMs = median(measured.get(name) ?? []);
    const overMs = medianMs - median(measured.get(against ?? '') ?? []);
    return {
      lane: name,
      itemsPerSecond: Math.round((items * 1_000) / medianMs),
      microsecondsAnItem: Math.round((medianMs * 1_000) / items),
      microsecondsACheckpoint:
        every === null ? null : Math.round((overMs * 1_000) / Math.floor(items / every)),
    };
  });
  const checkpointBytes = JSON.stringify(checkpointAt(items)).length;
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ items, rounds, checkpointBytes, node: process.version, lanes: rows }, null, 2)}\n`,
    );
  else {
    process.stdout.write(
      `${items} items, checkpoints of ${checkpointBytes} bytes, medians of ${rounds} rounds, Node ${process.version}\n`,
    );
    process.stdout.write(
      `${'lane'.padEnd(42)}${['items/s', 'µs an item', 'µs a checkpoint'].map((title) => title.padStart(17)).join('')}\n`,
    );
    for (const { lane, itemsPerSecond, microsecondsAnItem, microsecondsACheckpoint } of rows) {
      const cells = [itemsPerSecond, microsecondsAnItem, microsecondsACheckpoint ?? '–'];
      process.stdout.write(`${lane.padEnd(42)}${cells.map((cell) => String(cell).padStart(17)).join('')}\n`);
    }
  }
} finally {
  await clearAway();
}

function checkpointAt(item: number): Checkpoint {
  const counts = { processed: item, failed: 0, revisited: 0 };
  return {
    ...{ ...firstCheckpoint, cursor: item, sequence: item, counts, total: items, started: true },
    ...(values.grown
      ? {
          resumptions: Array.from({ length: maximumResumptionsKept }, (_, i) => ({
            ...{ resumedAfter: i * 1_000, source: 'heartbeat', attempt: i + 1, revisited: i },
          })),
          skipped: Array.from({ length: maximumSkipsKept }, (_, i) => ({
            ...{ cursor: i * 1_000, reason: 'an order with a total of 0 cannot be charged' },
          })),
        }
      : {}),
  };
}
