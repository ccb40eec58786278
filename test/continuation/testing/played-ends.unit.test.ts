/** How a test may end an execution of a run that it plays, and what the run makes of it: alike in both patterns. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import {
  abort,
  type BatchStart,
  iteration,
  memoryStore,
  retry,
  times,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import {
  batchRun,
  iterationRun,
  killHere,
  NotWatchedError,
  RunIsOverError,
} from '../../../src/continuation/testing/index.js';

const options = { logger: new DefaultLogger('ERROR', () => undefined) };
const items = 6;
const allOnce = [0, 1, 2, 3, 4, 5];
const never = 60_000;

type EachItem = (item: number, stopping: AbortSignal) => Promise<void>;

/** A run over the items 0 to 5 in either pattern, that keeps which were done. */
const patterns = {
  enumerator(eachItem: EachItem = async () => undefined) {
    const done: number[] = [];
    const activity = iteration({
      buildEnumerator: (_args: object) => times(items),
      async eachIteration(item, _args, { stopping }) {
        await eachItem(item, stopping);
        done.push(item);
      },
    });
    return { done, run: iterationRun(activity, {}, options) };
  },
  step(eachItem: EachItem = async () => undefined) {
    const done: number[] = [];
    const activity = (from: BatchStart<number>) =>
      workBatch({
        from,
        enumerator: times(items),
        async eachIteration(item, { stopping }) {
          await eachItem(item, stopping);
          done.push(item);
        },
        checkpointEvery: 100,
      });
    return { done, run: batchRun(activity, { step: 'walk', ...options }) };
  },
};

describe.each(['enumerator', 'step'] as const)('a run played in a test, in the %s pattern', (pattern) => {
  const aRun = patterns[pattern];

  it('is stopped after so many items, and goes on right after them', async () => {
    const { run, done } = aRun();

    const end = await run.stopped({ after: 2 });
    await run.toTheEnd();

    expect(end).toMatchObject({ kind: 'interrupted', reason: 'worker stopping' });
    expect(done).toEqual(allOnce);
  });

  it('hands an aborted signal to the item of a worker that is stopping, and a fresh one to the next', async () => {
    const seen: boolean[] = [];
    const { run } = aRun(async (_, stopping) => void seen.push(stopping.aborted));

    await run.stopped({ after: 0 });
    await run.stopped({ after: 1 });

    expect(seen).toEqual([true, false]);
  });

  it('meets an item again that heeded the signal: it was cut short, and not at fault', async () => {
    const { run, done } = aRun(async (item, stopping) => {
      if (item === 2) await delay(stopping.aborted ? never : 0, undefined, { signal: stopping });
    });
    await run.stopped({ after: 2 });

    const end = await run.stopped({ after: 0 });
    await run.toTheEnd();

    expect(end).toMatchObject({ kind: 'interrupted', reason: 'worker stopping' });
    expect(done).toEqual(allOnce);
  });

  it('cuts short what waits by Temporal’s own context, too', async () => {
    const { run, done } = aRun(async () => {
      if (Context.current().cancellationSignal.aborted) await Context.current().sleep(never);
    });

    await run.stopped({ after: 0 });

    expect(done).toEqual([]);
  });

  it('is cancelled, with its exact cursor', async () => {
    const { run, done } = aRun();

    const end = await run.cancelled({ after: 2 });

    expect(end).toMatchObject({ kind: 'interrupted', reason: 'cancelled' });
    expect(done).toEqual([0, 1]);
  });

  it('is paused by the server, holds its place in the heartbeat, and meets nothing again', async () => {
    const { run, done } = aRun();

    await run.paused({ after: 2 });
    const end = await run.toTheEnd();

    expect(done).toEqual(allOnce);
    expect(end.kind).not.toBe('interrupted');
    expect(run.revisits).toBe(0);
  });

  it('does nothing more once its lease is lost, and another attempt meets what was not sent', async () => {
    const { run, done } = aRun();

    await run.leaseLost({ after: 2 });
    await run.toTheEnd();

    expect(done).toEqual([0, 1, ...allOnce]);
    expect(run.revisits).toBe(2);
  });

  it('is killed before its first item, after it has begun', async () => {
    const { run, done } = aRun();

    await run.killed({ after: 0 });
    expect(done).toEqual([]);
    await run.toTheEnd();

    expect(done).toEqual(allOnce);
  });

  it('is killed in the middle of an item, where the job’s code says so', async () => {
    let kills = 1;
    const { run, done } = aRun(async (item) => {
      if (item === 3 && kills-- > 0) await killHere();
    });

    await run.killed();
    await run.toTheEnd();

    expect(done).toEqual([0, 1, 2, ...allOnce]);
  });

  it('says so where an execution came to another end than the test asked for', async () => {
    await expect(aRun().run.stopped({ after: 7 })).rejects.toThrow('was to be stopped, and ended by itself');
    await expect(aRun().run.cancelled({ after: 7 })).rejects.toThrow('was to be cancelled');
    await expect(aRun().run.paused({ after: 7 })).rejects.toThrow('was to be paused');
    await expect(aRun().run.leaseLost({ after: 7 })).rejects.toThrow('told that its lease was lost');
    await expect(aRun().run.killed()).rejects.toThrow('was to be killed');
  });

  it('throws what an item throws, where the test asked for an end that comes later', async () => {
    const { run } = aRun(async (item) => {
      if (item === 0) throw new Error('refused');
    });

    await expect(run.paused({ after: 2 })).rejects.toThrow('refused');
    await expect(run.leaseLost({ after: 2 })).rejects.toThrow('refused');
  });

  it('refuses to go on after a failure that its Workflow does not retry', async () => {
    const { run } = aRun(async () => {
      throw ApplicationFailure.nonRetryable('no such account');
    });
    await expect(run.execution()).rejects.toThrow('no such account');

    await expect(run.toTheEnd()).rejects.toThrow(RunIsOverError);
    await expect(run.toTheEnd()).rejects.toThrow('failed, and its failure is not retried: no such account');
  });

  it('gives its end again, and refuses to be disturbed after it', async () => {
    const { run } = aRun();
    const end = await run.toTheEnd();

    expect(await run.toTheEnd()).toBe(end);
    await expect(run.stopped({ after: 0 })).rejects.toThrow(RunIsOverError);
  });

  it('fails as its Workflow does where too many interruptions in a row brought nothing', async () => {
    const { run } = aRun((_, stopping) => delay(never, undefined, { signal: stopping }));
    for (let fruitless = 0; fruitless < 10; fruitless += 1) await run.stopped({ after: 0 });

    await expect(run.stopped({ after: 0 })).rejects.toMatchObject({
      type: 'NoProgressError',
      message: expect.stringContaining('more than 10 times in a row without getting further'),
    });
    await expect(run.toTheEnd()).rejects.toThrow(RunIsOverError);
  });
});

describe('an iteration played in a test', () => {
  it('has selected, and not begun, where it is killed before its first item', async () => {
    const calls: string[] = [];
    const activity = iteration({
      select: async (_args: object) => {
        calls.push('select');
        return { selection: null, total: items };
      },
      buildEnumerator: () => times(items),
      onStart: async () => void calls.push('onStart'),
      eachIteration: async () => undefined,
    });
    const run = iterationRun(activity, {}, options);

    await run.killed({ after: 0 });
    await run.toTheEnd();

    expect(calls).toEqual(['select', 'select', 'onStart']);
  });

  it.each(['select', 'onStart', 'onComplete'] as const)(
    'is killed within %s, which runs again',
    async (at) => {
      const calls: string[] = [];
      const call = async (name: string): Promise<void> => {
        calls.push(name);
        if (name === at && calls.filter((called) => called === at).length === 1) await killHere();
      };
      const activity = iteration({
        select: async (_args: object) => {
          await call('select');
          return { selection: null, total: items };
        },
        buildEnumerator: () => times(items),
        onStart: () => call('onStart'),
        eachIteration: async () => undefined,
        onComplete: async () => {
          await call('onComplete');
          return null;
        },
      });
      const run = iterationRun(activity, {}, options);

      await run.killed({ sent: 'all' });
      await run.toTheEnd();

      expect(calls.filter((called) => called === at)).toHaveLength(2);
    },
  );

  it('passes over a kill in the midst of its way to the end, as its Workflow does', async () => {
    let kills = 1;
    const { run, done } = patterns.enumerator(async (item) => {
      if (item === 1 && kills-- > 0) await killHere();
    });

    await run.toTheEnd();

    expect(done).toEqual([0, ...allOnce]);
  });

  it('leaves nothing in its store at its end', async () => {
    const store = memoryStore();
    const activity = iteration({
      store,
      buildEnumerator: (_args: object) => times(items),
      eachIteration: async () => undefined,
    });
    const run = iterationRun(activity, {}, { ...options, workflowId: 'stored' });
    await run.exactly(2);
    expect(await store.read('stored')).toHaveLength(1);

    await run.toTheEnd();

    expect(await store.read('stored')).toEqual([]);
  });

  it('is not over by an error that is tried again, and fails at the one that ends it', async () => {
    const activity = iteration({
      buildEnumerator: (_args: object) => times(items),
      eachIteration: async () => {
        throw new Error('refused');
      },
      onError: retry({ times: 2 }),
    });
    const run = iterationRun(activity, {}, options);
    await expect(run.execution()).rejects.toThrow('refused');

    await expect(run.execution()).rejects.toThrow('refused');

    await expect(run.execution()).rejects.toThrow(RunIsOverError);
  });

  it('does not count a wait as an interruption that brought nothing', async () => {
    let waits = 20;
    const activity = iteration({
      buildEnumerator: (_args: object) => times(items),
      eachIteration: async () => (waits-- > 0 ? abort.retry({ afterMs: 1 }) : undefined),
    });

    expect(await iterationRun(activity, {}, options).toTheEnd()).toMatchObject({ ending: 'exhausted' });
  });
});

describe('killHere', () => {
  it('says so where there is nothing to kill', async () => {
    await expect(killHere()).rejects.toThrow(NotWatchedError);
  });
});
