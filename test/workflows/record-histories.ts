/**
 * Records the histories that replay.unit.test.ts replays: real runs over real orders, on a stack of its own that is
 * taken down afterwards. Run it when a Workflow's commands were changed on purpose: `npx tsx test/workflows/record-histories.ts`,
 * with names behind it for these alone.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { checkpointStores } from '../../src/activities/checkpoint-stores.js';
import { reportActivities } from '../../src/activities/generate-reports.js';
import { importActivities } from '../../src/activities/import-orders.js';
import { orderActivities } from '../../src/activities/process-orders.js';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import { migrate } from '../../src/orders/migrate.js';
import { openPool } from '../../src/orders/open-pool.js';
import { resetOrders } from '../../src/orders/reset-orders.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { wipeData } from '../../src/orders/wipe-data.js';
import { bringUp } from '../../src/stack/bring-up.js';
import { connectTemporal } from '../../src/stack/connect-temporal.js';
import { connectTemporalForWorker } from '../../src/stack/connect-temporal-for-worker.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { takeDown } from '../../src/stack/take-down.js';
import type { JobSettings } from '../../src/workflows/job-settings.js';
import { writeBrokenOrderFile } from '../orders/a-broken-order-file.js';
import { writeHistory } from './history-file.js';
import { untilAborted } from './until-aborted.js';

interface Recording {
  readonly name: string;
  readonly workflow:
    | 'processOrdersInSteps'
    | 'processOrdersByEnumerator'
    | 'generateReportsInSteps'
    | 'generateReportsByEnumerator'
    | 'importOrdersInSteps'
    | 'importOrdersByEnumerator';
  readonly historyLimit: number;
  /** The worker is stopped while each of these orders, customers or lines is in hand, and a next one started. */
  readonly stopAt: readonly number[];
}

const recordings: readonly Recording[] = [
  { name: 'step', workflow: 'processOrdersInSteps', historyLimit: 1_000, stopAt: [] },
  { name: 'step-continued-as-new', workflow: 'processOrdersInSteps', historyLimit: 25, stopAt: [] },
  { name: 'step-interrupted', workflow: 'processOrdersInSteps', historyLimit: 1_000, stopAt: [23] },
  { name: 'enumerator', workflow: 'processOrdersByEnumerator', historyLimit: 1_000, stopAt: [] },
  {
    name: 'enumerator-interrupted',
    workflow: 'processOrdersByEnumerator',
    historyLimit: 1_000,
    stopAt: [23],
  },
  {
    name: 'enumerator-continued-as-new',
    workflow: 'processOrdersByEnumerator',
    historyLimit: 8,
    stopAt: [23, 40],
  },
  { name: 'reports-step-interrupted', workflow: 'generateReportsInSteps', historyLimit: 1_000, stopAt: [42] },
  {
    name: 'reports-enumerator-interrupted',
    workflow: 'generateReportsByEnumerator',
    historyLimit: 1_000,
    stopAt: [42],
  },
  { name: 'import-step-interrupted', workflow: 'importOrdersInSteps', historyLimit: 1_000, stopAt: [23] },
  {
    name: 'import-enumerator-interrupted',
    workflow: 'importOrdersByEnumerator',
    historyLimit: 1_000,
    stopAt: [23],
  },
];

/** In place of a machine's name, which has no business in a recording. */
const identity = 'recorder';
const taskQueue = 'recordings';
const named = process.argv.slice(2);
const folder = fileURLToPath(new URL('./histories/', import.meta.url));

Runtime.install({ logger: new DefaultLogger('ERROR') });
const home = await mkdtemp(join(tmpdir(), 'leftoff-recording-'));
const environment = readEnvironment({ PATH: process.env.PATH, HOME: process.env.HOME, LEFTOFF_HOME: home });
const onProgress = (message: string): void => {
  process.stderr.write(`${message}\n`);
};
try {
  await recordAll();
} finally {
  await takeDown({ environment, onProgress });
  await rm(home, { recursive: true, force: true });
}

async function recordAll(): Promise<void> {
  const stack = await bringUp({ environment, onProgress });
  await migrate(stack.postgres.url);
  const pool = openPool(stack.postgres.url);
  const { connection } = await connectTemporal(stack, { environment });
  const client = new Client({ connection, identity, namespace: stack.temporal.namespace });
  const native = await connectTemporalForWorker(stack, { environment });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  const stores = checkpointStores(pool, null);
  await seedOrders(pool, { kind: 'quick' });
  // Recorded with the run's input.
  const file = join(tmpdir(), 'leftoff-orders.csv');
  await writeBrokenOrderFile(file, { rows: 40, brokenEvery: 8 });
  await mkdir(folder, { recursive: true });

  for (const recording of recordings) {
    if (named.length > 0 && !named.includes(recording.name)) continue;
    if (recording.workflow.startsWith('import')) await wipeData(pool);
    else if (recording.workflow.startsWith('generate')) await seedOrders(pool, { kind: 'customers' });
    else await resetOrders(pool);
    await record(recording);
  }
  await rm(file);
  await Promise.all([pool.end(), native.close(), connection.close()]);

  async function record({ name, workflow, historyLimit, stopAt }: Recording): Promise<void> {
    const left = new Set(stopAt);
    const input: JobSettings & { readonly file?: string } = {
      batchSize: 1,
      checkpointEvery: 10,
      itemMs: 0,
      timing: { ...demo, historyLimit },
      ...(workflow.startsWith('import') ? { file } : {}),
    };
    let worker = startWorker();
    await client.workflow.execute(workflow, { taskQueue, workflowId: name, args: [input] });
    await (await worker).stop();
    const { executions } = await readCheckpoints(client, name);
    for (const [index, { runId }] of executions.entries()) {
      const history = await client.workflow.getHandle(name, runId).fetchHistory();
      const path = join(folder, `${name}${executions.length === 1 ? '' : `.${index + 1}`}.history.json`);
      await writeHistory(path, history);
      onProgress(`${path}: ${history.events?.length ?? 0} events`);
    }

    async function startWorker(): Promise<{ stop(): Promise<void> }> {
      const faultSeam = (instant: string, positions: readonly number[], stopping: AbortSignal) => {
        if (instant !== 'item in hand' || !positions.some((position) => left.delete(position))) return null;
        worker = replace(worker);
        return untilAborted(stopping);
      };
      const started = await Worker.create({
        connection: native,
        namespace: stack.temporal.namespace,
        taskQueue,
        identity,
        workflowBundle,
        activities: {
          ...orderActivities(pool, { faultSeam, onVisits: null }, stores),
          ...reportActivities(pool, { faultSeam, onReports: null }, stores),
          ...importActivities(pool, { faultSeam, onImported: null }, stores),
        },
        shutdownGraceTime: 0,
        stickyQueueScheduleToStartTimeout: demo.stickyTimeoutMs,
      });
      const ended = started.run();
      return {
        async stop() {
          started.shutdown();
          await ended;
        },
      };
    }

    async function replace(before: ReturnType<typeof startWorker>): ReturnType<typeof startWorker> {
      await (await before).stop();
      return startWorker();
    }
  }
}
