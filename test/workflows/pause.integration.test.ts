import { beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { cancelRun, pauseRun, unpauseRun } from '../../src/continuation/operation/index.js';
import { ownStage, patterns } from './orders-stage.js';

const total = 200;
const itemMs = 50;
const promptly = { timeout: 30_000, interval: 10 };
/** What the issue of pausing is about: a person who presses a key looks for so long. */
const pauseLimitMs = 1_000;

const own = ownStage();

beforeAll(async () => {
  await own.stage.orders({ kind: 'total', total });
});

const run = (runId: string) => readRun(own.checkout.temporal, runId);

const isState = (runId: string, state: string) =>
  expect.poll(async () => (await run(runId)).state, promptly).toBe(state);

const gotFurther = async (runId: string, orders: number): Promise<void> => {
  const before = await own.stage.lastDone(runId);
  await expect.poll(() => own.stage.lastDone(runId), promptly).toBeGreaterThanOrEqual(before + orders);
};

async function visitedOnce(runId: string): Promise<boolean> {
  return [...(await own.stage.visits(runId)).values()].every((visits) => visits === 1);
}

describe.each(patterns)('a pause in the %s pattern', (pattern) => {
  it('acts within a second, and the run goes on at the next order, with none met again', async () => {
    await own.stage.orders({ kind: 'total', total: 60 });
    await own.stage.startWorker().ready;
    const runId = await own.stage.startRun({ pattern, itemMs, checkpointEvery: 20 });
    await gotFurther(runId, 7);

    const askedMs = performance.now();
    await pauseRun(own.checkout.temporal, runId);
    await isState(runId, 'paused');
    const tookMs = performance.now() - askedMs;
    const done = await own.stage.lastDone(runId);
    const { cursor } = await run(runId);
    await unpauseRun(own.checkout.temporal, runId);
    const result = await own.stage.end(runId);

    expect(tookMs).toBeLessThan(pauseLimitMs);
    expect(cursor).toBe(done);
    expect(result.counts.revisited).toBe(0);
    expect(await visitedOnce(runId)).toBe(true);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('is recorded with no worker alive, after SIGKILL too, and no more is met again than without it', async () => {
    await own.stage.orders({ kind: 'total', total });
    const worker = own.stage.startWorker();
    await worker.ready;
    const checkpointEvery = 10;
    // Long enough for a worker to come and stop the Activity while it waits for its next attempt.
    const timing = { retryInitialMs: 5_000, retryMaximumMs: 5_000 };
    const runId = await own.stage.startRun({ pattern, itemMs, checkpointEvery, timing });
    await gotFurther(runId, 23);
    worker.signal('SIGKILL');
    await worker.exited;
    const done = await own.stage.lastDone(runId);
    await expect.poll(async () => (await run(runId)).pending[0]?.state, promptly).toBe('waiting');

    const asked = await pauseRun(own.checkout.temporal, runId, { answerWithinMs: 0 });
    const { state } = await run(runId);
    own.stage.startWorker();
    await isState(runId, 'paused');
    await unpauseRun(own.checkout.temporal, runId);
    await gotFurther(runId, 5);
    await own.stage.endWorkers();
    const visits = await own.stage.visits(runId);
    await cancelRun(own.checkout.temporal, runId);

    expect(asked).toEqual({ kind: 'recorded' });
    expect(state).toBe('pausing');
    const metAgain = [...visits].filter(([orderId, times]) => orderId <= done && times > 1);
    expect(metAgain.length).toBeLessThanOrEqual(checkpointEvery);
    expect(visits.get(1)).toBe(1);
  });
});

describe.each(patterns)('a worker that is lost just before the pause in the %s pattern', (pattern) => {
  it('fails nothing: the run is paused when it is missed, and goes on where its place is known', async () => {
    await own.stage.orders({ kind: 'total', total: 60 });
    const { temporal } = own.checkout;
    const lost = own.stage.startWorker();
    await lost.ready;
    const timing = { heartbeatTimeoutMs: 2_000 };
    const runId = await own.stage.startRun({ pattern, itemMs, checkpointEvery: 5, timing });
    await gotFurther(runId, 12);
    // Another one answers for the run, whose Activity the server still believes to be at work.
    await own.stage.startWorker().ready;
    lost.signal('SIGKILL');
    await lost.exited;

    await pauseRun(temporal, runId);
    await isState(runId, 'paused');
    await unpauseRun(temporal, runId);
    const result = await own.stage.end(runId);

    expect(result.counts.processed + result.counts.failed).toBe(60);
    expect(result.counts.revisited).toBeLessThan(12);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});

describe.each(patterns)('a worker that is killed in the %s pattern', (pattern) => {
  it('while its run is pausing, unpausing or cancelling keeps nobody from what was asked', async () => {
    await own.stage.orders({ kind: 'total', total });
    const { temporal } = own.checkout;
    await own.stage.startWorker().ready;
    const runId = await own.stage.startRun({ pattern, itemMs: 20, checkpointEvery: 5 });
    await gotFurther(runId, 3);

    await Promise.all([pauseRun(temporal, runId, { answerWithinMs: 0 }), own.stage.endWorkers()]);
    own.stage.startWorker();
    await isState(runId, 'paused');
    const paused = await own.stage.lastDone(runId);
    await Promise.all([unpauseRun(temporal, runId, { answerWithinMs: 0 }), own.stage.endWorkers()]);
    own.stage.startWorker();
    await gotFurther(runId, 3);
    await Promise.all([cancelRun(temporal, runId), own.stage.endWorkers()]);
    own.stage.startWorker();
    await isState(runId, 'cancelled');

    expect(paused).toBeGreaterThan(0);
    expect(await own.stage.lastDone(runId)).toBeLessThan(total);
    expect(await own.stage.prove(runId)).toMatchObject({ doubled: [] });
  });
});

describe('a partitioned run', () => {
  it('pauses, goes on and ends as one: its pause reaches every partition, and nothing is lost or doubled', async () => {
    await own.stage.orders({ kind: 'total', total });
    await Promise.all([own.stage.startWorker().ready, own.stage.startWorker().ready]);
    const runId = await own.stage.startRun({
      ...{ pattern: 'enumerator', itemMs: 20, checkpointEvery: 5, partitions: 4 },
    });
    await expect.poll(async () => (await run(runId)).counts.processed, promptly).toBeGreaterThan(20);

    await pauseRun(own.checkout.temporal, runId);
    await isState(runId, 'paused');
    const paused = await run(runId);
    await unpauseRun(own.checkout.temporal, runId);
    await own.stage.end(runId);
    const ended = await run(runId);

    expect(paused.partitions.map(({ state }) => state)).toEqual(Array(4).fill('paused'));
    expect(paused.total).toBe(total);
    expect(ended).toMatchObject({ state: 'completed', total, result: { revisited: 0 } });
    expect(ended.counts.processed + ended.counts.failed).toBe(total);
    expect(await visitedOnce(runId)).toBe(true);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('is cancelled with all its partitions, and stays where it was', async () => {
    await own.stage.orders({ kind: 'total', total });
    await own.stage.startWorker().ready;
    const runId = await own.stage.startRun({
      pattern: 'step',
      itemMs: 20,
      checkpointEvery: 5,
      partitions: 3,
    });
    await expect.poll(async () => (await run(runId)).counts.processed, promptly).toBeGreaterThan(10);

    await cancelRun(own.checkout.temporal, runId);
    await isState(runId, 'cancelled');
    const { counts, partitions } = await run(runId);

    expect(partitions.map(({ state }) => state)).toEqual(Array(3).fill('cancelled'));
    expect(counts.processed).toBeLessThan(total);
    expect(await own.stage.prove(runId)).toMatchObject({ doubled: [] });
  });
});
