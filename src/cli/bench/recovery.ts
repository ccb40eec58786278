/**
 * How soon a run goes on: from the signal that ends its worker to the next order done, a new worker started at once.
 *
 * The worker is struck at an exact order; when the next one was done is read from the ledger, whose clock is this machine's.
 */
import { type Timing, timings } from '../../continuation/timing.js';
import { seedOrders } from '../../orders/seed-orders.js';
import { killAt } from '../../worker/kill-workers.js';
import type { SpawnedWorker } from '../../worker/spawn-worker.js';
import type { StoreName } from '../../workflows/job-settings.js';
import { type Pattern, patternSchema } from '../jobs.js';
import { type Choice, measureLanes } from './measure-lanes.js';
import type { MeasuredLane } from './measurement.js';
import { endWorker, type OwnStack } from './on-own-stack.js';
import { proveWhole, setOrdersBack, startOrdersRun } from './run-orders.js';

export const orders = 60;
export const struckAt = 23;
/** The next order's own work is in each number: short, but long enough for heartbeats to come between. */
export const itemMs = 20;
export const checkpointEvery = 5;

export function recoveryConditions(): Record<string, number> {
  return { 'ms an order': itemMs, 'orders a checkpoint': checkpointEvery, 'struck at order': struckAt };
}

export async function measureRecovery(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  await seedOrders(stack.pool, { kind: 'total', total: orders });
  const found: MeasuredLane[] = [];
  for (const profile of choice.profiles) {
    const { heartbeatTimeoutMs, workflowTaskTimeoutMs, stickyTimeoutMs } = timings[profile];
    const lanes = patternSchema.options.flatMap((pattern) =>
      (['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
        name: `${pattern}, ${signal}`,
        baseline: null,
        measure: async (runId: string) => {
          const { ms } = await recoverOnce(stack, { profile, pattern, store: 'heartbeat', signal, runId });
          return { ms, facts: { heartbeatTimeoutMs, workflowTaskTimeoutMs, stickyTimeoutMs } };
        },
      })),
    );
    found.push(...(await measureLanes(stack, { ...choice, profile }, lanes)));
  }
  return found;
}

interface Struck {
  readonly profile: Timing['profile'];
  readonly pattern: Pattern;
  readonly store: StoreName;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly runId: string;
}

/** In milliseconds from the signal. */
export interface Recovered {
  /** To the next order done. */
  readonly ms: number;
  /** To the end of the run, with what the struck worker had in hand done again. */
  readonly wholeMs: number;
}

export async function recoverOnce(
  stack: OwnStack,
  { profile, pattern, store, signal, runId }: Struck,
): Promise<Recovered> {
  const { home, pool, client } = stack;
  await setOrdersBack(stack.pool);
  const worker = await stack.startWorker(profile, { faultSeam: true });
  await worker.ready;
  const failing = new AbortController();
  const replacements: Promise<SpawnedWorker>[] = [];
  const [struck] = await killAt(home, {
    signal,
    position: struckAt,
    waiting: AbortSignal.any([stack.signal, failing.signal]),
    // Not before: a run that is started earlier could pass the order.
    onWaiting: () => {
      const run = {
        runId,
        pattern,
        store,
        profile,
        batchSize: 1,
        checkpointEvery,
        itemMs,
      } as const;
      startOrdersRun(stack, run).catch((error: unknown) => failing.abort(error));
    },
    onSent: () => void replacements.push(stack.startWorker(profile)),
  });
  const [successor] = await Promise.all(replacements);
  await client.workflow.getHandle(runId).result();
  const overAtMs = Date.now();
  if (successor !== undefined) await endWorker(successor);
  await proveWhole(pool, runId);
  if (struck === undefined) throw new Error(`${runId}: no worker was struck; the measurement is void.`);
  const { position, sentAtMs } = struck;
  const ms = await untilNextOrder(pool, position ?? struckAt, sentAtMs);
  return { ms, wholeMs: overAtMs - sentAtMs };
}

/**
 * From the signal to the first order done past the struck one, by the ledger's clock, which is this machine's.
 *
 * @throws an error where there is none: such a measurement says nothing
 */
export async function untilNextOrder(
  pool: OwnStack['pool'],
  struckPosition: number,
  sentAtMs: number,
): Promise<number> {
  const { rows } = await pool.query<{ at: Date | null }>(
    'SELECT min(charged_at) AS at FROM charges WHERE order_id > $1',
    [struckPosition],
  );
  const at = rows[0]?.at ?? null;
  if (at === null)
    throw new Error(`No order was done after order ${struckPosition}; the measurement is void.`);
  return at.getTime() - sentAtMs;
}
