/**
 * Every fault once, several in a run, one after another: what each does apart, and in every lane, is the matrix' to show (bench). The
 * zombie, which takes its time, has a file of its own: test/workflows/zombie-worker.integration.test.ts.
 */

import type { Client } from '@temporalio/client';
import getPort from 'get-port';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jobIn } from '../../src/cli/jobs.js';
import { startRun } from '../../src/cli/start-run.js';
import { demo } from '../../src/continuation/timing.js';
import type { Fallen, FaultScene } from '../../src/faults/fault.js';
import type { FaultName } from '../../src/faults/fault-names.js';
import { faultNamed } from '../../src/faults/faults.js';
import { hasEnded } from '../../src/faults/run-progress.js';
import { migrate } from '../../src/orders/migrate.js';
import { openPool } from '../../src/orders/open-pool.js';
import { type Proof, proveOrders } from '../../src/orders/prove-orders.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { bringUp } from '../../src/stack/bring-up.js';
import { connectTemporal } from '../../src/stack/connect-temporal.js';
import { type Environment, readEnvironment } from '../../src/stack/environment.js';
import { aBareCheckout, type BareCheckout } from '../servers/a-checkout.js';
import { type RealWorkers, workersIn } from '../worker/real-workers.js';

const patiently = { timeout: 30_000, interval: 50 };
const shortly = { withoutWorkersMs: 300, goesOnFor: 5 };

/** Servers of this file's own, for it strikes them. */
let checkout: BareCheckout;
let environment: Environment;
let pool: Pool;
let client: Client;
const workers: RealWorkers[] = [];

beforeAll(async () => {
  const ports = ['TEMPORAL', 'TEMPORAL_UI', 'POSTGRES', 'REDIS'];
  const free = await Promise.all(
    ports.map(async (name) => [`LEFTOFF_${name}_PORT`, String(await getPort())] as const),
  );
  checkout = await aBareCheckout(Object.fromEntries(free));
  environment = readEnvironment({ ...checkout.environment });
  const stack = await bringUp({ environment });
  await migrate(stack.postgres.url);
  pool = openPool(stack.postgres.url);
  client = await connectTemporal(stack, { environment });
});

afterEach(() => Promise.all(workers.splice(0).map((each) => each.endAll())));
afterAll(async () => {
  await Promise.all([client.connection.close(), pool.end()]);
  await checkout.cleanUp();
});

interface RunUnderFaults {
  readonly pattern: 'step' | 'enumerator';
  readonly store: 'heartbeat' | 'redis' | 'postgres';
  /** Enough that the last fault still falls: the run goes on while servers come back. */
  readonly orders: number;
  /** In the order in which they fall. */
  readonly faults: readonly FaultName[];
}

interface Outcome {
  readonly runId: string;
  readonly fallen: readonly Fallen[];
  readonly proof: Proof;
}

async function startWorker(variables: Readonly<Record<string, string>> = {}) {
  const own = workersIn({ environment: { ...checkout.environment, ...variables } });
  workers.push(own);
  return own.start();
}

async function start(
  runId: string,
  { pattern, store }: Pick<RunUnderFaults, 'pattern' | 'store'>,
): Promise<void> {
  await startRun(client, pool, {
    ...{ ...jobIn(pattern), workflowId: runId, store, timing: demo },
    ...{ batchSize: 1, checkpointEvery: 5, itemMs: 20 },
  });
}

async function play({ pattern, store, orders, faults: names }: RunUnderFaults): Promise<Outcome> {
  await seedOrders(pool, { kind: 'total', total: orders });
  const runId = `orders-${pattern}-${store}`;
  const faults = names.map((name) => faultNamed(name, shortly));
  const signal = AbortSignal.timeout(80_000);
  const ours = { environment, pool, client, signal, startWorker };
  const scene = { ...ours, expectEndOf: () => undefined, tell: () => undefined };
  const at = (index: number): FaultScene => ({ ...scene, runId, at: 4 + 12 * index });
  let ofFirst: Readonly<Record<string, string>> = {};
  for (const fault of faults) ofFirst = { ...ofFirst, ...(await fault.prepare?.({ ...scene, at: 0 })) };
  await (await startWorker(ofFirst)).ready;
  const fallen: Fallen[] = [];
  try {
    for (const [index, fault] of faults.entries()) {
      const armed = await fault.arm(at(index));
      if (index === 0) await start(runId, { pattern, store });
      fallen.push(await armed.fallen);
    }
    await expect.poll(() => hasEnded({ client, runId }), patiently).toBe(true);
  } finally {
    for (const fault of faults) await fault.clearAway?.();
  }
  const except = fallen.flatMap(({ notSelected = [] }) => notSelected);
  return { runId, fallen, proof: await proveOrders(pool, { runId, upTo: orders, except }) };
}

const nowhere = ({ fallen }: Outcome) => fallen.filter(({ position }) => position === null);
const nothingLostOrDoubled = { lost: [], doubled: [] };

/** What `patched` leaves in a run's history. */
async function patchMarkers(runId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(runId).fetchHistory();
  return (events ?? []).filter(
    ({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_patch',
  ).length;
}

describe('faults one after another', () => {
  it('lose and double nothing when servers go away under an iteration that keeps its place in Redis', async () => {
    const faults = [
      ...(['redis-stopped', 'redis-restarted', 'redis-flushed'] as const),
      ...(['postgres-restarted', 'postgres-cut', 'temporal-killed'] as const),
    ];

    const outcome = await play({ pattern: 'enumerator', store: 'redis', orders: 120, faults });

    expect(outcome.fallen.map(({ fault }) => fault)).toEqual(faults);
    expect(nowhere(outcome)).toEqual([]);
    expect(outcome.proof).toMatchObject(nothingLostOrDoubled);
    expect(outcome.proof.processed + outcome.proof.failed).toBe(120);
  });

  it('meet nothing again behind a fence, whatever befalls its workers; a new version passes through patched', async () => {
    const faults = ['sigterm', 'sigkill', 'no-workers', 'new-version-compatible'] as const;

    const outcome = await play({ pattern: 'step', store: 'postgres', orders: 70, faults });
    await start('orders-begun-later', { pattern: 'step', store: 'postgres' });
    await expect.poll(() => hasEnded({ client, runId: 'orders-begun-later' }), patiently).toBe(true);

    expect(nowhere(outcome)).toEqual([]);
    expect(outcome.proof).toMatchObject({ ...nothingLostOrDoubled, revisited: 0 });
    expect(outcome.proof.processed + outcome.proof.failed).toBe(70);
    expect(await patchMarkers(outcome.runId)).toBe(0);
    expect(await patchMarkers('orders-begun-later')).toBe(1);
  });

  it('leave a run waiting that replay refuses, pass a poisoned order over, and miss no row that was there at the start', async () => {
    const faults = ['postgres-slowed', 'new-version-incompatible', 'poison-item', 'rows-changed'] as const;

    const outcome = await play({ pattern: 'step', store: 'heartbeat', orders: 70, faults });

    const [, refused, poisoned, changed] = outcome.fallen;
    expect(nowhere(outcome)).toEqual([]);
    expect(refused?.words.join()).toMatch(/non-deterministic/);
    expect(poisoned?.words.join()).toMatch(/leftoff_poison/);
    expect(changed?.notSelected).toEqual([0, 71]);
    expect(outcome.proof).toMatchObject(nothingLostOrDoubled);
  });
});
