import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  createCheckpointsTable,
  postgresStore,
  type RowCursor,
  redisStore,
  rowBatches,
  rows,
} from '../../../src/continuation/iteration/index.js';
import { type Items, type Play, type Played, playDisturbed } from './any-interruption.js';
import { anyDisturbances, anyDisturbancesAndZombies, type Disturbance } from './some-disturbances.js';
import { anEffectsTable, type EffectsTable } from './stores/an-effects-table.js';

const redisUrl = inject('redisUrl');
const patience = 120_000;

interface Thing {
  readonly id: number;
}

let effects: EffectsTable;

beforeAll(async () => {
  effects = await anEffectsTable();
  await createCheckpointsTable(effects.pool);
  await effects.pool.query(
    'CREATE TABLE things (run text NOT NULL, id integer NOT NULL, PRIMARY KEY (run, id))',
  );
});
afterAll(() => effects.drop());

const aCase = {
  ids: fc
    .uniqueArray(fc.integer({ min: -9, max: 99 }), { maxLength: 7 })
    .map((ids) => [...ids].sort((a, b) => a - b)),
  pageSize: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.integer({ min: 1, max: 3 }),
  every: fc.integer({ min: 1, max: 3 }),
};

interface Case {
  readonly ids: readonly number[];
  readonly pageSize: number;
  /** Null: row by row. */
  readonly batchSize: number | null;
  readonly disturbances: readonly Disturbance[];
}

/** A run over rows of its own, with its effects in the table. */
async function playRows(
  { ids, pageSize, batchSize, disturbances }: Case,
  how: (run: string) => Omit<Play, 'disturbances'>,
): Promise<Played & { readonly run: string }> {
  const run = randomUUID();
  const { pool } = effects;
  await pool.query('INSERT INTO things SELECT $1, unnest($2::integer[])', [run, ids]);
  const query = { text: 'SELECT id FROM things WHERE run = $1', values: [run] };
  const single: Items<Thing, RowCursor> = {
    enumerator: () => rows<Thing>(pool, query, { by: ['id'], pageSize }),
    idsOf: ({ id }) => [String(id)],
  };
  const play = { disturbances, workflowId: run, ...how(run) };
  if (batchSize === null) return { run, ...(await playDisturbed(single, play)) };
  const batches: Items<Thing[], RowCursor> = {
    enumerator: () => rowBatches<Thing>(pool, query, { by: ['id'], pageSize, batchSize }),
    idsOf: (batch) => batch.map(({ id }) => String(id)),
  };
  return { run, ...(await playDisturbed(batches, play)) };
}

/** A pool whose connections can be cut under whoever uses them, as those of a process that dies. */
function aMortalPool() {
  const inUse = new Set<PoolClient>();
  return {
    connect: async (): Promise<PoolClient> => {
      const client = await effects.pool.connect();
      const release = client.release.bind(client);
      inUse.add(client);
      client.release = (destroy) => {
        inUse.delete(client);
        release(destroy);
      };
      return client;
    },
    cut: async (): Promise<void> => {
      for (const client of inUse) client.release(true);
    },
  };
}

/** An effect that looks whether it is there already: what a job must do whose store doesn't fence. */
async function guardedEffect(run: string, id: string): Promise<boolean> {
  const { rowCount } = await effects.pool.query(
    `INSERT INTO effects (run, item) SELECT $1, $2
    WHERE NOT EXISTS (SELECT FROM effects WHERE run = $1 AND item = $2)`,
    [run, Number(id)],
  );
  return rowCount === 0;
}

describe('whatever stops, kills, fails or delays an iteration over rows, zombies too', () => {
  const fenced = (run: string): Omit<Play, 'disturbances'> => {
    const pool = aMortalPool();
    return {
      store: postgresStore({ pool }),
      bury: pool.cut,
      effect: async (id, { transaction }) => {
        await transaction?.query('INSERT INTO effects (run, item) VALUES ($1, $2)', [run, Number(id)]);
        return false;
      },
    };
  };
  const unguarded = async (any: Case): Promise<void> => {
    const { run, counted } = await playRows(any, fenced);

    expect(await effects.effectsOf(run)).toEqual(any.ids);
    expect(counted).toEqual({ processed: any.ids.length, revisited: 0 });
  };

  it(
    'with checkpoints in Postgres, each row has exactly one effect, in order, without any guard',
    async () => {
      const anyCase = fc.record({
        ...aCase,
        batchSize: fc.constant(null),
        disturbances: anyDisturbancesAndZombies,
      });
      await fc.assert(fc.asyncProperty(anyCase, unguarded), { numRuns: 120 });
    },
    patience,
  );

  it(
    'with checkpoints in Postgres, each row of a batch has exactly one effect, in order, without any guard',
    async () => {
      const anyCase = fc.record({ ...aCase, disturbances: anyDisturbancesAndZombies });
      await fc.assert(fc.asyncProperty(anyCase, unguarded), { numRuns: 120 });
    },
    patience,
  );
});

describe('whatever stops, kills, fails or delays an iteration over rows whose effects are guarded', () => {
  it(
    'with the heartbeat alone, each row has exactly one effect, in order, and nothing is met again but what a lost process had done',
    async () => {
      const anyCase = fc.record({
        ...aCase,
        batchSize: fc.option(aCase.batchSize),
        disturbances: anyDisturbances,
      });
      await fc.assert(
        fc.asyncProperty(anyCase, async (any) => {
          const { run, metAgain, mayBeMetAgain, counted } = await playRows(any, (run) => ({
            checkpointEvery: any.every,
            effect: (id) => guardedEffect(run, id),
          }));

          expect(await effects.effectsOf(run)).toEqual(any.ids);
          expect(metAgain).toBeLessThanOrEqual(mayBeMetAgain);
          expect(counted.processed).toBe(any.ids.length);
        }),
        { numRuns: 100 },
      );
    },
    patience,
  );

  describe.skipIf(redisUrl === null)('with a Redis', () => {
    const keyPrefix = `test-${randomUUID()}:`;
    let client: Redis;
    beforeAll(() => {
      client = new Redis(redisUrl ?? '');
    });
    afterAll(() => {
      client.disconnect();
    });

    it(
      'with checkpoints in Redis, each row has exactly one effect, in order, and a lost process costs less than one checkpoint covers',
      async () => {
        // A slow machine is no outage.
        const store = redisStore({ client, keyPrefix, ttlMs: 60_000, answerMs: 30_000 });
        const anyCase = fc.record({
          ...aCase,
          batchSize: fc.option(aCase.batchSize),
          disturbances: anyDisturbances,
        });
        await fc.assert(
          fc.asyncProperty(anyCase, async (any) => {
            const { run, metAgain, mayBeMetAgain, counted } = await playRows(any, (run) => ({
              store,
              checkpointEvery: any.every,
              effect: (id) => guardedEffect(run, id),
              costOfLoss: ({ inExecution, ofItemInHand }) =>
                Math.min(inExecution, (any.every - 1) * (any.batchSize ?? 1) + ofItemInHand),
            }));

            expect(await effects.effectsOf(run)).toEqual(any.ids);
            expect(metAgain).toBeLessThanOrEqual(mayBeMetAgain);
            expect(counted.processed).toBe(any.ids.length);
          }),
          { numRuns: 100 },
        );
      },
      patience,
    );
  });
});
