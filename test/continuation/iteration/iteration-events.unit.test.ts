import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import {
  type CheckpointStore,
  memoryStore,
  metrics,
  StoreOutageError,
  skip,
  throttled,
  times,
} from '../../../src/continuation/iteration/index.js';
import { aCheckpoint } from '../some-checkpoints.js';
import { listening, sumOf } from './a-meter.js';
import { type Attempt, runIteration } from './run-iteration.js';

/** Runs one attempt, and keeps what it logged and counted. */
async function watch(options: Attempt & { readonly heartbeatDetails?: Checkpoint } = {}) {
  const { attempt, heartbeatDetails } = options;
  const heard = listening({ activityType: 'processOrders', attempt, heartbeatDetails });
  await runIteration({ ...options, environment: heard.environment });
  return { ...heard, said: heard.said() };
}

const halfway = aCheckpoint({
  cursor: 4,
  sequence: 5,
  started: true,
  counts: { processed: 5, failed: 0, revisited: 0 },
});

describe('the log of an iteration', () => {
  it('says that it resumed, after which cursor, and where that was kept', async () => {
    const { said } = await watch({ attempt: 2, heartbeatDetails: halfway });

    expect(said).toMatchObject([
      { message: 'Resumed', cursor: 4, source: 'heartbeat' },
      { message: 'Completed', cursor: 9, ending: 'exhausted', processed: 10 },
    ]);
  });

  it('says why it was interrupted, and at which cursor', async () => {
    const { said } = await watch({ also: { maxRuntimeMs: 0 } });

    expect(said).toMatchObject([{ message: 'Interrupted', cursor: 0, reason: 'time limit', processed: 1 }]);
  });

  it('says for how long it is throttled, and at which cursor', async () => {
    const buildEnumerator = () =>
      throttled(times(10), { waitMs: (number) => (number === 3 ? 60_000 : null) });

    const { said } = await watch({ also: { buildEnumerator } });

    expect(said).toMatchObject([{ message: 'Throttled', cursor: 2, waitMs: 60_000 }]);
  });

  it('names the cursor of an item that fails, and what becomes of it', async () => {
    const failure = { at: 4, error: new Error('refused') };

    const tried = await watch({ failure });
    const passed = await watch({ failure, also: { onError: skip('declined') } });

    expect(tried.said).toMatchObject([
      { message: 'An item failed', cursor: 4, error: 'refused', policy: 'retry' },
    ]);
    expect(passed.said[0]).toMatchObject({
      message: 'An item failed and is passed over',
      cursor: 4,
      reason: 'declined',
    });
  });
});

describe('the metrics of an iteration', () => {
  const work = { pattern: 'enumerator', iteration: 'processOrders' };

  it('count its items by what became of them, and its end', async () => {
    const failure = { at: 4, error: new Error('refused') };

    const { counted } = await watch({ failure, also: { onError: skip() } });

    expect(sumOf(counted, metrics.iterationsCompleted, work)).toBe(1);
    expect(sumOf(counted, metrics.itemsProcessed, work)).toBe(9);
    expect(sumOf(counted, metrics.itemsFailed, work)).toBe(1);
    expect(sumOf(counted, metrics.itemsRevisited, work)).toBe(0);
  });

  it('count the items of this attempt alone, and resumptions by where the checkpoint was kept', async () => {
    const { counted } = await watch({ attempt: 2, heartbeatDetails: halfway });

    expect(sumOf(counted, metrics.resumptions, { ...work, source: 'heartbeat' })).toBe(1);
    expect(sumOf(counted, metrics.itemsProcessed)).toBe(5);
  });

  it('count items while the attempt goes on, with each checkpoint of the heartbeat', async () => {
    const heard = listening({ activityType: 'processOrders' });
    const toldBy: number[] = [];
    const onComplete = async () => {
      toldBy.push(sumOf(heard.counted, metrics.itemsProcessed));
      return null;
    };

    await runIteration({ environment: heard.environment, also: { onComplete } });

    expect(toldBy).toEqual([10]);
  });

  it('count the checkpoints of each store, and measure what each of them took', async () => {
    const { counted, measured } = await watch({ also: { store: memoryStore() } });

    expect(sumOf(counted, metrics.checkpoints, { ...work, store: 'memory' })).toBeGreaterThanOrEqual(10);
    expect(sumOf(counted, metrics.checkpoints, { ...work, store: 'heartbeat' })).toBeGreaterThanOrEqual(1);
    const seconds = measured.filter(({ name }) => name === metrics.checkpointSeconds.name);
    expect(seconds).toHaveLength(sumOf(counted, metrics.checkpoints));
  });

  it('tell an error from the same one again at the same cursor, and from an outage', async () => {
    const failure = { at: 5, error: new Error('refused') };
    const again = { ...halfway, error: { message: 'refused', times: 1 } };
    const isOutage = () => true;

    const first = await watch({ failure, attempt: 2, heartbeatDetails: halfway });
    const second = await watch({ failure, attempt: 2, heartbeatDetails: again });
    const away = await watch({ failure, isOutage });

    for (const [{ counted }, kind] of [
      [first, 'first'],
      [second, 'again'],
      [away, 'outage'],
    ] as const) {
      const errors = counted.filter(({ name, value }) => name === metrics.errors.name && value > 0);
      expect(errors).toEqual([{ name: metrics.errors.name, value: 1, tags: { ...work, kind } }]);
    }
  });

  it('count a store that can’t be reached, each time it is tried', async () => {
    const away: CheckpointStore<null> = {
      ...memoryStore(),
      open: () => Promise.reject(new StoreOutageError('the database is restarting')),
    };

    const { counted } = await watch({ also: { store: away } });

    expect(sumOf(counted, metrics.storeFailures, { ...work, store: 'memory' })).toBe(1);
    expect(sumOf(counted, metrics.errors, { ...work, kind: 'outage' })).toBe(1);
  });

  it('leave an interruption to its Workflow, for the worker that stops is asked no more; a pause of the server’s never gets there', async () => {
    const stopped = await stoppedAt(3, 'WORKER_SHUTDOWN');
    const paused = await stoppedAt(3, 'PAUSED');

    expect(sumOf(stopped.counted, metrics.interruptions)).toBe(0);
    expect(sumOf(paused.counted, metrics.interruptions, { ...work, reason: 'paused by the server' })).toBe(1);
  });
});

/** Runs one attempt that is cancelled while this item is in hand. */
async function stoppedAt(at: number, reason: 'WORKER_SHUTDOWN' | 'PAUSED') {
  const heard = listening({ activityType: 'processOrders' });
  const during = (item: number) => {
    if (item === at) heard.environment.cancel(reason);
  };
  await runIteration({ environment: heard.environment, during });
  return heard;
}
