import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkpointStores } from '../../src/activities/checkpoint-stores.js';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { activityPolls } from '../../src/worker/worker-slots.js';
import { ownStage, patterns, type RunToPlay } from './orders-stage.js';

/** The quick seed's pending orders are 1 to 61; 42 has a total of 0. */
const struckOrder = 23;
const patiently = { timeout: 20_000, interval: 20 };
const allDone = { processed: 60, failed: 1, charges: 60, lostCount: 0, doubledCount: 0 };

const own = ownStage();

const redisUrl = (): string => {
  const url = inject('redisUrl');
  if (url === null) throw new Error('These tests need a Redis.');
  return url;
};

/** What the stores keep of a run, whoever looks. */
async function storedOf(runId: string) {
  const stores = checkpointStores(own.checkout.database.pool, redisUrl());
  try {
    const read = await Promise.all(stores.all.map((store) => store.read(runId)));
    return {
      stored: read.flat(),
      history: await readCheckpoints(own.checkout.temporal, runId, { stores: stores.all }),
    };
  } finally {
    stores.close();
  }
}

async function aRunKilledAt23(run: RunToPlay) {
  await own.stage.orders({ kind: 'quick' });
  const worker = own.stage.startWorker();
  await worker.ready;
  const { fallen } = await own.stage.arm('SIGKILL', struckOrder);
  const runId = await own.stage.startRun(run);
  await fallen;
  return runId;
}

describe.each(patterns)('SIGKILL right after an order was committed, in the %s pattern', (pattern) => {
  it('meets nothing again where the checkpoint commits with the order, and leaves nothing behind', async () => {
    const runId = await aRunKilledAt23({ pattern, store: 'postgres', checkpointEvery: 10 });
    const atRest = await storedOf(runId);

    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(atRest.history.checkpoints.at(-1)).toMatchObject({ source: 'postgres', cursor: struckOrder });
    expect(atRest.history.run.counts.processed + atRest.history.run.counts.failed).toBe(struckOrder);
    expect(result.counts).toEqual({ processed: 60, failed: 1, revisited: 0 });
    expect(result.resumptions).toMatchObject([{ resumedAfter: struckOrder, source: 'postgres' }]);
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: 0 });
    expect((await storedOf(runId)).stored).toEqual([]);
  });

  it('meets at most one order again where Redis has each, and leaves nothing behind', async () => {
    const runId = await aRunKilledAt23({ pattern, store: 'redis', checkpointEvery: 1 });

    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(result.counts.revisited).toBeLessThanOrEqual(1);
    expect(await own.stage.prove(runId)).toMatchObject(allDone);
    expect((await storedOf(runId)).stored).toEqual([]);
  });

  it('a worker that wakes after another took over finds its fence lost, and changes nothing', async () => {
    await own.stage.orders({ kind: 'quick' });
    const zombie = own.stage.startWorker();
    await zombie.ready;
    const { fallen } = await own.stage.arm('SIGSTOP', struckOrder);
    const runId = await own.stage.startRun({ pattern, store: 'postgres', itemMs: 10, checkpointEvery: 5 });
    await fallen;
    const successor = own.stage.startWorker();
    await successor.ready;
    await expect.poll(() => own.stage.lastDone(runId), patiently).toBeGreaterThan(struckOrder);

    zombie.signal('SIGCONT');
    const result = await own.stage.end(runId);

    expect(result.counts).toEqual({ processed: 60, failed: 1, revisited: 0 });
    // Its open polls kept the work from the other for one heartbeat timeout each.
    expect(result.resumptions).toHaveLength(1);
    expect(result.resumptions[0]?.attempt).toBeLessThanOrEqual(1 + activityPolls + 1);
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: 0 });
    expect([...(await own.stage.visits(runId)).values()].every((visits) => visits === 1)).toBe(true);
  });
});

describe('a Redis that is emptied in mid-run', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(redisUrl());
  });
  afterAll(() => redis.disconnect());

  it('costs nothing but what it kept: the run goes on from the heartbeat', async () => {
    const runId = await aRunKilledAt23({
      pattern: 'enumerator',
      store: 'redis',
      checkpointEvery: 1,
      itemMs: 20,
    });
    const keys = await redis.keys(`*${runId}*`);
    await redis.del(...keys);

    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(keys).not.toEqual([]);
    expect(result.resumptions).toMatchObject([{ source: 'heartbeat' }]);
    expect(await own.stage.prove(runId)).toMatchObject(allDone);
  });
});
