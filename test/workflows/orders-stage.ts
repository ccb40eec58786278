/**
 * What a test of real kills plays on: orders, real workers and runs of our jobs in one checkout.
 *
 * G1  A fault is armed before it can be passed: `arm` returns once a worker would hold at the order.
 * G2  `clear` leaves no worker and no open run behind, so that the next test starts from nothing.
 */

import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { FaultInstant } from '../../src/activities/order-visits.js';
import { type JobName, jobIn, naiveOrders, type Pattern } from '../../src/cli/jobs.js';
import { startRun } from '../../src/cli/start-run.js';
import type { RunResult } from '../../src/continuation/checkpoint.js';
import type { CheckpointEvery } from '../../src/continuation/checkpoint-cadence.js';
import { runResultSchema } from '../../src/continuation/checkpoint-schema.js';
import { demo, type Timing } from '../../src/continuation/timing.js';
import { migrate } from '../../src/orders/migrate.js';
import { type Proof, proveOrders } from '../../src/orders/prove-orders.js';
import { type Seed, seedOrders } from '../../src/orders/seed-orders.js';
import type { Payments } from '../../src/payments/payment-call.js';
import type { FaultSignal } from '../../src/worker/describe-strike.js';
import { type KilledWorker, killAt } from '../../src/worker/kill-workers.js';
import type { OnItemError, StoreName } from '../../src/workflows/job-settings.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type RealWorker, workersIn } from '../worker/real-workers.js';

export const patterns = ['step', 'enumerator'] as const satisfies readonly Pattern[];

/** What a stage stands on; a checkout has it, and a stack of a test's own too. */
export type Place = Pick<Checkout, 'home' | 'environment' | 'temporal'> & {
  readonly database: { readonly pool: Pool };
};

export interface RunToPlay {
  readonly pattern: Pattern | 'naive';
  /** Default: one that is drawn. */
  readonly runId?: string;
  /** Default: process-orders. */
  readonly job?: JobName;
  readonly itemMs?: number;
  readonly batchSize?: number;
  readonly checkpointEvery?: CheckpointEvery;
  readonly store?: StoreName;
  readonly partitions?: number;
  readonly onError?: OnItemError;
  readonly maxRate?: number;
  readonly maxRuntimeMs?: number;
  readonly maxLoad?: number;
  readonly payments?: Payments;
  readonly timing?: Partial<Timing>;
}

export interface OrdersStage {
  /** Replaces what is there by fresh orders, none of them done. */
  orders(seed: Seed): Promise<void>;
  /** Returns at once; `await worker.ready` where it matters. */
  startWorker(): RealWorker;
  startRun(run: RunToPlay): Promise<string>;
  /** Arms a fault; `fallen` resolves when the signal has had its effect. */
  /** @param passing months of the customer at this position that it lets pass. @param instant default: the signal's usual one */
  arm(
    signal: FaultSignal,
    position: number,
    passing?: number,
    instant?: FaultInstant,
  ): Promise<{ readonly fallen: Promise<KilledWorker> }>;
  /** Waits for the run's end. @throws WorkflowFailedError */
  end(runId: string): Promise<RunResult>;
  prove(runId: string): Promise<Proof>;
  /** How often the run met each order that it met at all. */
  visits(runId: string): Promise<ReadonlyMap<number, number>>;
  /** The highest order that the run has done; 0 before the first. */
  lastDone(runId: string): Promise<number>;
  /** Kills all workers that it started. */
  endWorkers(): Promise<void>;
  clear(): Promise<void>;
}

/** A checkout and a stage of a test file's own: there before its tests, cleared after each, gone after the last. */
export interface OwnStage {
  readonly checkout: Checkout;
  readonly stage: OrdersStage;
}

/** Call it at the top of a test file; what it returns is there from the first `beforeAll` after it. */
export function ownStage(): OwnStage {
  let own: OwnStage | null = null;
  const there = (): OwnStage => {
    if (own === null) throw new Error('The stage is set in beforeAll: not there yet.');
    return own;
  };
  beforeAll(async () => {
    const checkout = await aCheckout();
    await migrate(checkout.database.url);
    own = { checkout, stage: ordersStage(checkout) };
  });
  afterEach(() => there().stage.clear());
  afterAll(() => own?.checkout.cleanUp());
  return {
    get checkout() {
      return there().checkout;
    },
    get stage() {
      return there().stage;
    },
  };
}

/** A worker reaches an armed order in this time, or the test fails by saying so. */
const faultLimitMs = 30_000;

export function ordersStage(place: Place): OrdersStage {
  const { home, temporal, database } = place;
  const { pool } = database;
  const workers = workersIn(place);
  const runs: string[] = [];
  return {
    orders: async (seed) => {
      await seedOrders(pool, seed);
    },
    startWorker: () => workers.start(),
    startRun: async (run) => {
      const { pattern, job = 'process-orders', runId, timing = {}, ...others } = run;
      const { itemMs = 0, batchSize = 1, checkpointEvery = 1, ...flags } = others;
      const workflows = pattern === 'naive' ? naiveOrders : jobIn(pattern, job);
      const workflowId = runId ?? `${workflows.idPrefix}${randomBytes(4).toString('hex')}`;
      runs.push(workflowId);
      return startRun(temporal, pool, {
        ...{ ...workflows, pattern, job, workflowId },
        ...{ batchSize, checkpointEvery, itemMs, timing: { ...demo, ...timing } },
        ...flags,
      });
    },
    arm: async (signal, position, passing = 0, instant) => {
      const waiting = AbortSignal.timeout(faultLimitMs);
      let fallen: Promise<KilledWorker> | undefined;
      await new Promise<void>((armed, failed) => {
        const onWaiting = (): void => armed();
        const where = { position, passing, ...(instant === undefined ? {} : { instant }) };
        fallen = killAt(home, { signal, ...where, waiting, onWaiting }).then(onlyOne);
        fallen.catch(failed);
      });
      if (fallen === undefined) throw new Error('A fault was armed without waiting for it.');
      return { fallen };
    },
    end: async (runId) => runResultSchema.parse(await temporal.workflow.getHandle(runId).result()),
    prove: async (runId) => proveOrders(pool, { runId, upTo: await highestOrder(pool) }),
    visits: async (runId) => {
      const { rows } = await pool.query<{ orderId: number; visits: number }>(
        'SELECT order_id AS "orderId", visits FROM orders WHERE run_id = $1 ORDER BY order_id',
        [runId],
      );
      return new Map(rows.map(({ orderId, visits }) => [orderId, visits]));
    },
    lastDone: async (runId) => {
      const { rows } = await pool.query<{ last: number }>(
        'SELECT coalesce(max(order_id), 0) AS last FROM orders WHERE run_id = $1',
        [runId],
      );
      return rows[0]?.last ?? 0;
    },
    endWorkers: () => workers.endAll(),
    clear: async () => {
      await workers.endAll();
      await Promise.all(runs.splice(0).map((runId) => endRun(place, runId)));
    },
  };
}

function onlyOne([killed]: readonly KilledWorker[]): KilledWorker {
  if (killed === undefined) throw new Error('A fault fell on no worker.');
  return killed;
}

async function highestOrder(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ last: number }>('SELECT max(order_id) AS last FROM orders');
  return rows[0]?.last ?? 0;
}

/** A run that has ended already can't be terminated, and needn't be. */
async function endRun({ temporal }: Place, runId: string): Promise<void> {
  await temporal.workflow
    .getHandle(runId)
    .terminate('The test is over')
    .catch(() => undefined);
}
