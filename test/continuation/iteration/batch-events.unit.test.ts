import { describe, expect, it } from 'vitest';
import type { Batch, BatchStart } from '../../../src/continuation/checkpoint.js';
import {
  type BatchWork,
  memoryStore,
  metrics,
  throttled,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import { aBatchStart } from '../some-checkpoints.js';
import { type ListeningEnvironment, listening, sumOf } from './a-meter.js';
import { type NumberedWorkOptions, numberedWork } from './numbered-work.js';

interface Attempt extends NumberedWorkOptions {
  readonly attempt?: number;
  readonly from?: BatchStart<number>;
  readonly heard?: ListeningEnvironment;
  readonly also?: Partial<BatchWork<number, number>>;
}

const work = { pattern: 'step', step: 'process' };

/** Runs one attempt of a batch of 5 out of the items 0 to 9, and keeps what it logged and counted. */
async function watch({ attempt, from = aBatchStart(), also, ...options }: Attempt = {}) {
  const heard = options.heard ?? listening({ attempt });
  const { numbers, visit } = numberedWork(options);
  const activity = () =>
    workBatch<number, number>({
      from: { ...from, step: 'process' },
      enumerator: numbers,
      eachIteration: visit,
      checkpointEvery: 5,
      ...also,
    });
  const batch = await heard.environment.run<[], Batch<number>, typeof activity>(activity).catch(() => null);
  return { ...heard, said: heard.said(), batch };
}

describe('the log of a batch', () => {
  it('says nothing of one that comes to its end: history has it', async () => {
    expect((await watch()).said).toEqual([]);
  });

  it('says that an attempt after a lost one resumes, after which cursor, and where that was kept', async () => {
    const { said } = await watch({ attempt: 2, from: aBatchStart({ cursor: 3 }) });

    expect(said).toMatchObject([{ message: 'Resumed', step: 'process', cursor: 3, source: 'history' }]);
  });

  it('says why it was interrupted, and at which cursor', async () => {
    const heard = listening();
    const during = (item: number) => {
      if (item === 2) heard.environment.cancel('WORKER_SHUTDOWN');
    };

    const { said } = await watch({ heard, during });

    expect(said).toMatchObject([
      { message: 'Interrupted', step: 'process', cursor: 2, reason: 'worker stopping', processed: 3 },
    ]);
  });

  it('says for how long it is to wait', async () => {
    const { numbers } = numberedWork();
    const waits = throttled(numbers, { waitMs: (item) => (item === 2 ? 60_000 : null) });

    const { said } = await watch({ also: { enumerator: waits } });

    expect(said).toMatchObject([{ message: 'Throttled', step: 'process', cursor: 1, waitMs: 60_000 }]);
  });

  it('names the cursor of an error that it leaves to the next batch', async () => {
    const { said } = await watch({ failure: { at: 3, error: new Error('refused') } });

    expect(said.at(-1)).toMatchObject({ step: 'process', cursor: 2, error: 'refused' });
  });
});

describe('the metrics of a batch', () => {
  it('count its items, and a store’s checkpoints; those of history are its Workflow’s to count', async () => {
    const { counted, measured } = await watch({ also: { store: memoryStore() } });

    expect(sumOf(counted, metrics.itemsProcessed, work)).toBe(5);
    expect(sumOf(counted, metrics.checkpoints, { ...work, store: 'memory' })).toBe(5);
    expect(sumOf(counted, metrics.checkpoints)).toBe(5);
    expect(measured.filter(({ name }) => name === metrics.checkpointSeconds.name)).toHaveLength(5);
  });

  it('count what a lost attempt left in a store for that attempt alone, and where this one resumed', async () => {
    const store = memoryStore();
    await watch({ also: { store }, failure: { at: 3, error: new Error('refused') } });

    const { counted } = await watch({ attempt: 2, also: { store } });

    expect(sumOf(counted, metrics.itemsProcessed, work)).toBe(2);
    expect(sumOf(counted, metrics.resumptions, { ...work, source: 'memory' })).toBe(1);
  });

  it.each([
    ['at its first item', 0],
    ['after progress, which is reported instead', 3],
  ])('count the error that ended it, %s', async (_, at) => {
    const { counted } = await watch({ failure: { at, error: new Error('refused') } });

    expect(sumOf(counted, metrics.errors, { ...work, kind: 'first' })).toBe(1);
    expect(sumOf(counted, metrics.errors)).toBe(1);
  });

  it('tell an outage after progress from an item’s error', async () => {
    const { counted } = await watch({
      failure: { at: 3, error: new Error('away') },
      also: { isOutage: () => true },
    });

    expect(sumOf(counted, metrics.errors, { ...work, kind: 'outage' })).toBe(1);
    expect(sumOf(counted, metrics.errors)).toBe(1);
  });

  it('say how long the work itself took, so that its Workflow knows what the checkpoint took', async () => {
    const { batch } = await watch();

    expect(batch?.workedMs).toBeGreaterThanOrEqual(0);
  });
});
