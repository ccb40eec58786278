import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { busyConnections } from '../../src/orders/busy-connections.js';
import { ownStage, patterns } from './orders-stage.js';

const promptly = { timeout: 20_000, interval: 20 };

const own = ownStage();

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}

describe.each(patterns)('in the %s pattern', (pattern) => {
  it('a run does no more items a second than it may, over all of its Activities', async () => {
    const [orders, perSecond] = [40, 20];
    await own.stage.orders({ kind: 'total', total: orders });
    own.stage.startWorker();

    const seconds = await secondsOf(async () => {
      const runId = await own.stage.startRun({ pattern, maxRate: perSecond, checkpointEvery: 3 });
      await own.stage.end(runId);
    });

    // The first one goes at once, and a busy machine may be slower.
    expect(seconds).toBeGreaterThanOrEqual((orders - 1) / perSecond);
  });

  it('a run gives its place to others after its time, and goes on where it was', async () => {
    await own.stage.orders({ kind: 'total', total: 60 });
    own.stage.startWorker();
    const runId = await own.stage.startRun({ pattern, itemMs: 20, checkpointEvery: 5, maxRuntimeMs: 300 });
    const result = await own.stage.end(runId);

    if (pattern === 'step') expect(result.executions).toBeGreaterThan(2);
    else expect(result.resumptionCount).toBeGreaterThan(2);
    expect(result.counts).toMatchObject({ revisited: 0 });
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('a run waits while the database has more to do than it may, in its Workflow and in nobody’s place', async () => {
    const { pool } = own.checkout.database;
    await own.stage.orders({ kind: 'total', total: 20 });
    const [maxLoad, sleepers] = [2, 4];
    const load = Array.from({ length: sleepers }, () =>
      pool.query(`SELECT pg_sleep(60) /* load of the test */`).catch(() => undefined),
    );
    await expect.poll(() => busyConnections(pool), promptly).toBeGreaterThan(maxLoad);
    own.stage.startWorker();
    const runId = await own.stage.startRun({ pattern, maxLoad });

    await expect.poll(() => isWaiting(runId), promptly).toBe(true);
    const doneUnderLoad = await own.stage.lastDone(runId);
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%load of the test%' AND pid <> pg_backend_pid()`,
    );
    await Promise.all(load);
    const result = await own.stage.end(runId);

    expect(doneUnderLoad).toBe(0);
    expect(result.counts.processed + result.counts.failed).toBe(20);
  });
});

/** Whether its Workflow waits by a timer, with no Activity. */
async function isWaiting(runId: string): Promise<boolean> {
  const { events } = await own.checkout.temporal.workflow.getHandle(runId).fetchHistory();
  const waits = events?.some((event) => event.timerStartedEventAttributes) === true;
  return waits && (await readRun(own.checkout.temporal, runId)).pending.length === 0;
}
