/** The chapters of examples/ that need real servers: checkpoints in stores, partitions, and reading a run back. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Redis } from 'ioredis';
import { createCheckpointsTable, postgresStore } from 'leftoff/iteration';
import { activityFaults, iterationRun } from 'leftoff/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { letterActivities } from '../../examples/01-first-iteration/activities.js';
import { interestActivities } from '../../examples/03-stores/activities.js';
import { feeActivities } from '../../examples/07-partitions/activities.js';
import { whereIsIt } from '../../examples/09-reading-back/where-is-it.js';
import type { chargeFee, sendLetters } from '../../examples/workflows.js';
import { bundlingLeftoffSources } from '../leftoff-sources.js';
import { createEmptyTestDatabase, type TestDatabase } from '../servers/test-database.js';

const accounts = 30;
const redisUrl = inject('redisUrl');

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await database.pool.query(
    'CREATE TABLE accounts (id int PRIMARY KEY, cents int NOT NULL DEFAULT 0, credited_by text)',
  );
  await createCheckpointsTable(database.pool);
});

beforeEach(async () => {
  await database.pool.query('TRUNCATE accounts');
  await database.pool.query('INSERT INTO accounts (id) SELECT generate_series(1, $1::int)', [accounts]);
});

afterAll(async () => {
  await database?.drop();
});

/** What is on the accounts, as few lines as there are different balances. */
async function balances(): Promise<{ cents: number; accounts: number }[]> {
  const { rows } = await database.pool.query<{ cents: number; accounts: number }>(
    'SELECT cents, count(*)::int AS accounts FROM accounts GROUP BY cents ORDER BY cents',
  );
  return rows;
}

const aCentEach = [{ cents: 1, accounts }];

describe('chapter 3, what is kept where', () => {
  let redis: Redis;

  beforeAll(() => {
    redis = new Redis(redisUrl ?? 'redis://127.0.0.1:1', { lazyConnect: true });
  });

  afterAll(() => redis?.disconnect());

  it.for([
    ['creditByHeartbeat', 7],
    ['creditByRedis', 2],
    ['creditFenced', 0],
  ] as const)(
    '%s meets %i accounts again after a kill, and credits a cent to each',
    async ([name, again], { skip }) => {
      if (name === 'creditByRedis' && redisUrl === null) skip('This machine has no Redis.');
      const activity = interestActivities({ pool: database.pool, redis })[name];
      const run = iterationRun(activity, {}, { workflowId: randomUUID(), activityType: name });

      await run.killed({ after: 7 });
      const { checkpoint } = await run.toTheEnd();

      expect(run.revisits).toBe(again);
      expect(await balances()).toEqual(aCentEach);
      expect(checkpoint.counts).toMatchObject({ processed: accounts });
    },
  );
});

describe('on a real Temporal', () => {
  let connection: NativeConnection;
  let client: Client;
  let workflowBundle: { code: string };

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const address = inject('temporalAddress');
    const workflowsPath = fileURLToPath(new URL('../../examples/workflows.ts', import.meta.url));
    const logger = new DefaultLogger('ERROR');
    [connection, client, workflowBundle] = await Promise.all([
      NativeConnection.connect({ address }),
      Connection.connect({ address }).then((connected) => new Client({ connection: connected })),
      bundleWorkflowCode({ workflowsPath, logger, webpackConfigHook: bundlingLeftoffSources }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([connection?.close(), client?.connection.close()]);
  });

  it('chapter 7: charges each account its fee once, in three partitions, one of which is interrupted', async () => {
    const taskQueue = randomUUID();
    const faults = activityFaults([{ stopAfter: 4 }], { activityType: 'chargeFee' });
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle,
      activities: feeActivities(database.pool),
      interceptors: { activity: [faults.interceptor] },
    });

    const result = await worker.runUntil(
      client.workflow.execute<typeof chargeFee>('chargeFee', {
        ...{ taskQueue, workflowId: randomUUID() },
        args: [{ cents: 5, partitions: 3 }],
      }),
    );

    expect(await balances()).toEqual([{ cents: -5, accounts }]);
    expect(result).toMatchObject({ kind: 'all done', total: accounts, counts: { processed: accounts } });
    expect(result.partitions.map(({ total }) => total)).toEqual([10, 10, 10]);
    expect(result.resumptionCount).toBe(1);
  });

  it('chapter 9: tells where a run stands while no worker is alive', async () => {
    const taskQueue = randomUUID();
    const workflowId = randomUUID();
    const send = async (customer: string) => {
      if (customer !== 'bob') return;
      worker.shutdown();
      const { cancellationSignal } = Context.current();
      if (!cancellationSignal.aborted) await once(cancellationSignal, 'abort');
    };
    const activities = letterActivities({ send });
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
    const run = await client.workflow.start<typeof sendLetters>('sendLetters', {
      ...{ taskQueue, workflowId },
      args: [{ customers: ['ada', 'bob', 'cleo'] }],
    });
    await worker.run();

    const lines = await whereIsIt(client, workflowId, [postgresStore({ pool: database.pool })]);

    expect(lines).toEqual(['running: 2 of ?, goes on after 1', 'interruption: 1']);
    await run.terminate('The test is over');
  });
});
