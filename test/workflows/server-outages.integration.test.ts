import getPort from 'get-port';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { maximumSameErrors } from '../../src/continuation/iteration/index.js';
import { pauseRun, unpauseRun } from '../../src/continuation/operation/index.js';
import { migrate } from '../../src/orders/migrate.js';
import { openPool } from '../../src/orders/open-pool.js';
import type { PartName } from '../../src/stack/addresses.js';
import { bringUp } from '../../src/stack/bring-up.js';
import { connectTemporal } from '../../src/stack/connect-temporal.js';
import { type Environment, readEnvironment } from '../../src/stack/environment.js';
import { readServerRecord } from '../../src/stack/processes/server-record.js';
import { aBareCheckout, type BareCheckout } from '../servers/a-checkout.js';
import { type OrdersStage, ordersStage, type Place, patterns } from './orders-stage.js';

const total = 150;
const itemMs = 10;
/** Retries that come quickly make a short outage as long, in attempts, as a long one. */
const quickRetries = { retryInitialMs: 20, retryMaximumMs: 50 };
const patiently = { timeout: 20_000, interval: 20 };

/** Servers of this file's own, for it kills them. */
let checkout: BareCheckout;
let environment: Environment;
let place: Place;
let pool: Pool;
let stage: OrdersStage;

beforeAll(async () => {
  const redisUrl = inject('redisUrl');
  checkout = await aBareCheckout({
    LEFTOFF_TEMPORAL_PORT: String(await getPort()),
    LEFTOFF_TEMPORAL_UI_PORT: String(await getPort()),
    LEFTOFF_POSTGRES_PORT: String(await getPort()),
    // Not needed here, and one server less to start.
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  });
  environment = readEnvironment({ ...checkout.environment });
  const addresses = await bringUp({ environment });
  await migrate(addresses.postgres.url);
  pool = openPool(addresses.postgres.url);
  const temporal = await connectTemporal(addresses, { environment });
  place = { ...checkout, temporal, database: { pool } };
  stage = ordersStage(place);
});

afterEach(async () => {
  // What a failed test left down would fail the next.
  await bringUp({ environment });
  await stage.clear();
});
afterAll(async () => {
  await Promise.all([place.temporal.connection.close(), pool.end()]);
  await checkout.cleanUp();
});

async function killServer(part: PartName): Promise<void> {
  const server = (await readServerRecord(checkout.home, part))?.process;
  if (!server) throw new Error(`${part} has no process of ours.`);
  process.kill(server.pid, 'SIGKILL');
}

async function aRunUnderWay(pattern: (typeof patterns)[number]) {
  await stage.orders({ kind: 'total', total });
  const worker = stage.startWorker();
  await worker.ready;
  const runId = await stage.startRun({ pattern, itemMs, checkpointEvery: 5, timing: quickRetries });
  await expect.poll(() => stage.lastDone(runId), patiently).toBeGreaterThan(20);
  let hasEnded = false;
  void worker.exited.then(() => {
    hasEnded = true;
  });
  return { runId, workerHasEnded: () => hasEnded };
}

async function attemptsInARow(runId: string): Promise<number> {
  const { pending } = await readRun(place.temporal, runId);
  return Math.max(0, ...pending.map(({ attempt }) => attempt));
}

const stateOf = async (runId: string) => (await readRun(place.temporal, runId)).state;

describe.each(patterns)('in the %s pattern', (pattern) => {
  it('a run goes on when Postgres was killed and is back, and no number of failed attempts counts as an error', async () => {
    const { runId, workerHasEnded } = await aRunUnderWay(pattern);

    await killServer('postgres');
    await expect.poll(() => attemptsInARow(runId), patiently).toBeGreaterThan(3 * maximumSameErrors);
    expect((await bringUp({ environment })).started).toEqual(['postgres']);
    const result = await stage.end(runId);

    expect(workerHasEnded()).toBe(false);
    expect(result.counts.processed + result.counts.failed).toBe(total);
    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('a run goes on when Temporal was killed and is back: its state is in a file', async () => {
    const { runId, workerHasEnded } = await aRunUnderWay(pattern);

    await killServer('temporal');
    expect((await bringUp({ environment })).started).toEqual(['temporal']);
    const result = await stage.end(runId);

    expect(workerHasEnded()).toBe(false);
    expect(result.counts.processed + result.counts.failed).toBe(total);
    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('a paused run stays so when all workers and Temporal were killed and are back, and goes on at the next order', async () => {
    const { runId } = await aRunUnderWay(pattern);
    await pauseRun(place.temporal, runId);
    await expect.poll(() => stateOf(runId), patiently).toBe('paused');
    const done = await stage.lastDone(runId);

    await stage.endWorkers();
    await killServer('temporal');
    await bringUp({ environment });
    await stage.startWorker().ready;
    const { state, cursor } = await readRun(place.temporal, runId);
    await unpauseRun(place.temporal, runId);
    const result = await stage.end(runId);

    expect({ state, cursor, lastDone: done }).toEqual({ state: 'paused', cursor: done, lastDone: done });
    expect(result.counts).toMatchObject({ revisited: 0 });
    expect([...(await stage.visits(runId)).values()].every((visits) => visits === 1)).toBe(true);
    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});
