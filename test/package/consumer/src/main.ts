/**
 * Runs both jobs against the server at TEMPORAL_ADDRESS; the worker is stopped in the middle of both, and another one
 * goes on. Prints what came of it as JSON.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readCheckpoints, readRun } from 'leftoff/inspection';
import { leftoff } from 'leftoff/plugin';
import { countingActivities, type Visit } from './activities.js';
import type { Count, countByIteration, countInSteps } from './workflows.js';

const stopsAt = 25n;
const input: Count = { upTo: 60n, since: new Date('2026-01-31T12:00:00.123Z') };
const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233';
const taskQueue = `consumer-${randomUUID()}`;

Runtime.install({ logger: new DefaultLogger('ERROR') });

const visits = { iteration: [] as bigint[], steps: [] as bigint[] };
const inHand = new Set<string>();
let bothInHand = (): void => undefined;
const stopNow = new Promise<void>((resolve) => {
  bothInHand = resolve;
});
const visit: Visit = async (pattern, number, stopping) => {
  visits[pattern].push(number);
  if (number !== stopsAt) return;
  inHand.add(pattern);
  if (inHand.size === 2) bothInHand();
  if (!stopping.aborted) await once(stopping, 'abort');
};

const findings: string[] = [];
const plugin = leftoff({
  activities: countingActivities(visit),
  report: ({ message }) => void findings.push(message),
});
const [connection, nativeConnection, workflowBundle] = await Promise.all([
  Connection.connect({ address }),
  NativeConnection.connect({ address }),
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
    plugins: [plugin],
  }),
]);
const client = new Client({ connection, plugins: [plugin] });
const startWorker = () =>
  Worker.create({ connection: nativeConnection, taskQueue, workflowBundle, plugins: [plugin] });

const iteration = await client.workflow.start<typeof countByIteration>('countByIteration', {
  taskQueue,
  args: [input],
  workflowId: `${taskQueue}-iteration`,
});
const steps = await client.workflow.start<typeof countInSteps>('countInSteps', {
  taskQueue,
  args: [input],
  workflowId: `${taskQueue}-steps`,
});

const first = await startWorker();
const firstEnds = first.run();
await stopNow;
first.shutdown();
await firstEnds;

const left = await Promise.all([iteration, steps].map(({ workflowId }) => readRun(client, workflowId)));
const second = await startWorker();
const results = await second.runUntil(Promise.all([iteration.result(), steps.result()]));
const { checkpoints } = await readCheckpoints(client, steps.workflowId);
await Promise.all([connection.close(), nativeConnection.close()]);

const tell = (pattern: 'iteration' | 'steps', index: 0 | 1) => ({
  leftAt: left[index]?.cursor,
  processed: results[index].counts.processed,
  result: results[index].result,
  resumptions: results[index].resumptions,
  visits: visits[pattern].map(String),
});
const told = {
  iteration: tell('iteration', 0),
  steps: tell('steps', 1),
  checkpointsOfSteps: checkpoints.length,
  findings,
};
process.stdout.write(`${JSON.stringify(told)}\n`);
