import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import {
  abort,
  type BatchStart,
  memoryStore,
  throttled,
  times,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import { type BatchRunOptions, batchRun } from '../../../src/continuation/testing/index.js';

const items = 10;
const batchSize = 4;
const options = { step: 'bill', logger: new DefaultLogger('ERROR', () => undefined) };

/** A step's batches over the items 0 to 9, four at a time, that keep which were done and how each was started. */
function aRun(
  eachItem: (item: number) => Promise<void> = async () => undefined,
  also: Partial<BatchRunOptions<number>> = {},
) {
  const done: number[] = [];
  const starts: BatchStart<number>[] = [];
  const activity = (from: BatchStart<number>) => {
    starts.push(from);
    return workBatch({
      from,
      enumerator: times(items),
      async eachIteration(item) {
        await eachItem(item);
        done.push(item);
      },
      checkpointEvery: batchSize,
      total: items,
    });
  };
  return { run: batchRun(activity, { ...options, ...also }), done, starts };
}

describe('a step’s batches played in a test', () => {
  it('come one at a time, each to its own end', async () => {
    const { run, done } = aRun();

    const first = await run.batch();
    const second = await run.batch();

    expect([first, second]).toMatchObject([{ kind: 'advanced' }, { kind: 'advanced', after: 3, cursor: 7 }]);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(run.cursor).toBe(7);
    expect(run.counts.processed).toBe(8);
    expect(run.checkpoints).toBe(2);
  });

  it('begin with no cursor, or with the step’s start', async () => {
    expect(aRun().run.cursor).toBeNull();
    const { run, done } = aRun(undefined, { start: 6 });

    await run.toTheEnd();

    expect(done).toEqual([7, 8, 9]);
  });

  it('return their partial cursor when they are stopped: nothing is met again', async () => {
    const { run, done } = aRun();

    const stopped = await run.stopped({ after: 2 });
    const finished = await run.toTheEnd();

    expect(stopped).toMatchObject({ kind: 'interrupted', reason: 'worker stopping', cursor: 1 });
    expect(finished.kind).toBe('finished');
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(run.resumptions).toEqual([{ resumedAfter: 1, source: 'history', attempt: 1, revisited: 0 }]);
    expect(run.revisits).toBe(0);
  });

  it('are met again from their start when they are killed, by the next attempt of the same start', async () => {
    const { run, starts } = aRun();
    await run.batch();

    await run.killed({ after: 1 });
    const again = await run.batch();

    expect(again).toMatchObject({ attempt: 2, after: 3 });
    expect(starts[2]).toEqual(starts[1]);
    expect(run.visits.get('4')).toBe(2);
    expect(run.revisits).toBe(1);
    expect(run.resumptions).toMatchObject([{ resumedAfter: 3, attempt: 2 }]);
  });

  it('are scheduled under a generation that rises with each', async () => {
    const { run, starts } = aRun();
    await run.killed({ after: 1 });

    await run.toTheEnd();

    expect(starts.map(({ generation }) => generation)).toEqual([1, 1, 2, 3]);
    expect(starts.map(({ since }) => since)).toEqual([1, 1, 2, 3]);
  });

  it('are tried again at the same start after an error without progress', async () => {
    let failures = 1;
    const { run, done } = aRun(async (item) => {
      if (item === 0 && failures-- > 0) throw new Error('refused');
    });

    await expect(run.batch()).rejects.toThrow('refused');
    const again = await run.batch();

    expect(again.attempt).toBe(2);
    expect(done).toEqual([0, 1, 2, 3]);
  });

  it('pass the waits that they ask for at once', async () => {
    let waits = 20;
    const activity = (from: BatchStart<number>) =>
      workBatch({
        from,
        enumerator: throttled(times(items), { waitMs: () => (waits-- > 0 ? 3_600_000 : null) }),
        eachIteration: async () => undefined,
        checkpointEvery: batchSize,
      });
    const run = batchRun(activity, options);

    expect(await run.batch()).toMatchObject({ kind: 'advanced', waitMs: 3_600_000 });
    expect(await run.toTheEnd()).toMatchObject({ kind: 'finished' });
  });

  it('go on where a store says after a kill, and leave nothing in it at their end', async () => {
    const store = memoryStore();
    const done: number[] = [];
    const activity = (from: BatchStart<number>) =>
      workBatch({
        from,
        store,
        enumerator: times(items),
        eachIteration: async (item) => void done.push(item),
        checkpointEvery: 100,
      });
    const run = batchRun(activity, { ...options, workflowId: 'stored' });
    await run.killed({ after: 3 });
    expect(await store.read('stored')).toMatchObject([{ key: { name: 'bill' } }]);

    await run.toTheEnd();

    // The item in hand of the kill was kept by the store before it.
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await store.read('stored')).toEqual([]);
  });

  it('keep a cursor’s type: a Date comes back as one', async () => {
    const days = [new Date(0), new Date(86_400_000)];
    const activity = (from: BatchStart<Date>) =>
      workBatch<Date, Date>({
        from,
        enumerator: {
          async *after(cursor) {
            for (const day of days)
              if (cursor === null || day > cursor) yield { item: day, cursor: day, last: day === days[1] };
          },
        },
        eachIteration: async () => undefined,
        checkpointEvery: 1,
      });
    const run = batchRun(activity, options);

    await run.batch();

    expect(run.cursor).toEqual(new Date(0));
  });

  it('say so where they never end, instead of hanging', async () => {
    const activity = (from: BatchStart<number>) =>
      workBatch({
        from,
        enumerator: times(items),
        eachIteration: async () => abort.retry({ afterMs: 1 }),
        checkpointEvery: batchSize,
      });
    const run = batchRun(activity, { ...options, mostExecutions: 5 });

    await expect(run.toTheEnd()).rejects.toThrow('not at its end after 5 executions');
  });
});
