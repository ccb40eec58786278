/** One run over all the orders, from a database that is as it was before: how long it took, and that nothing was lost or doubled. */
import { join } from 'node:path';
import { readCheckpoints } from '../../continuation/inspection/index.js';
import { type Timing, timings } from '../../continuation/timing.js';
import { proveOrders } from '../../orders/prove-orders.js';
import { resetOrders } from '../../orders/reset-orders.js';
import { connectTemporalForWorker } from '../../stack/connect-temporal-for-worker.js';
import { startWorker } from '../../worker/start-worker.js';
import { openWorkerLog } from '../../worker/worker-log.js';
import type { StoreName } from '../../workflows/job-settings.js';
import { jobIn, type Pattern } from '../jobs.js';
import { type RunToStart, startRun } from '../start-run.js';
import type { OwnStack } from './on-own-stack.js';

export interface OrdersRun {
  readonly runId: string;
  readonly pattern: Pattern;
  readonly store: StoreName;
  readonly profile: Timing['profile'];
  readonly batchSize: number;
  readonly checkpointEvery: RunToStart['checkpointEvery'];
  readonly itemMs?: number;
}

/** A worker in this process, beside which a bare loop runs on the same machine code; it ends with the stack. */
export async function workHere(stack: OwnStack, profile: Timing['profile']): Promise<() => Promise<void>> {
  const { addresses, home } = stack;
  const worker = await startWorker({
    connect: () => connectTemporalForWorker(addresses),
    temporal: addresses.temporal,
    databaseUrl: addresses.postgres.url,
    redisUrl: addresses.redis?.url ?? null,
    timing: timings[profile],
    home,
    log: openWorkerLog(join(home, 'worker.log')),
    metricsAddress: null,
    tracing: null,
    faultSeam: false,
    onEvent: () => undefined,
  });
  const end = async (): Promise<void> => {
    worker.stop('the measuring is done');
    await worker.ended;
  };
  stack.beforeTheEnd(end);
  return end;
}

/** The orders are pending again, and the disk owes nothing to what was done before. */
export async function setOrdersBack(pool: OwnStack['pool']): Promise<void> {
  await resetOrders(pool);
  await pool.query('VACUUM (ANALYZE) orders');
  await pool.query('CHECKPOINT');
}

export async function startOrdersRun({ client, pool }: OwnStack, run: OrdersRun): Promise<void> {
  const { runId, pattern, profile, itemMs = 0, ...settings } = run;
  await startRun(client, pool, {
    ...{ ...jobIn(pattern), ...settings, workflowId: runId, itemMs, timing: timings[profile] },
  });
}

/** @returns once all is done */
export async function runOrders(stack: OwnStack, run: OrdersRun): Promise<void> {
  await startOrdersRun(stack, run);
  await stack.client.workflow.getHandle(run.runId).result();
}

/** @returns milliseconds. @throws an error where anything was lost or doubled: such a measurement says nothing */
export async function timed({ pool }: OwnStack, runId: string, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  await proveWhole(pool, runId);
  return ms;
}

export async function proveWhole(pool: OwnStack['pool'], runId: string): Promise<void> {
  const { rows } = await pool.query<{ last: number }>('SELECT max(order_id) AS last FROM orders');
  const { lostCount, doubledCount } = await proveOrders(pool, { runId, upTo: rows[0]?.last ?? 0 });
  if (lostCount + doubledCount > 0)
    throw new Error(`${runId}: lost ${lostCount}, doubled ${doubledCount}; the measurement is void.`);
}

/** What a run left in history, over its continue-as-new executions. */
export async function historyOf({ client }: OwnStack, runId: string): Promise<Record<string, number>> {
  const { executions, run } = await readCheckpoints(client, runId);
  const sum = (of: (execution: (typeof executions)[number]) => number) =>
    executions.reduce((total, execution) => total + of(execution), 0);
  return {
    checkpoints: run.checkpoints,
    executions: executions.length,
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    mostEvents: Math.max(...executions.map(({ events }) => events)),
  };
}
