import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import {
  array,
  batched,
  enumerator,
  iteration,
  memoryStore,
  StoreFaultError,
  type Transaction,
  times,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import { batchRun, iterationRun, killHere } from '../../../src/continuation/testing/index.js';
import { aFence } from './a-fence.js';

const silent = new DefaultLogger('ERROR', () => undefined);

/** An iteration in batches of three that does what it is told at its second batch, once. */
function aRunIn(
  atSecondBatch: () => Promise<void>,
  options: { store?: ReturnType<typeof memoryStore> } = {},
) {
  const begun: string[] = [];
  const activity = iteration<object, readonly string[], number>({
    buildEnumerator: () => batched(array([...'abcdefgh']), 3),
    eachIteration: async (batch) => {
      begun.push(batch.join(''));
      if (begun.length === 2) await atSecondBatch();
    },
    ...options,
  });
  return { begun, run: iterationRun<object, number>(activity, {}, { logger: silent }) };
}

describe('a batch that was begun and not done', () => {
  it.each([
    { kept: 'the heartbeat', options: {} },
    { kept: 'a store', options: { store: memoryStore() } },
  ])('is where the next attempt starts after an error: $kept had no cursor of it', async ({ options }) => {
    const { begun, run } = aRunIn(() => Promise.reject(new Error('the database is full')), options);

    await run.execution().catch(() => undefined);
    const { checkpoint } = await run.toTheEnd();

    expect(begun).toEqual(['abc', 'def', 'def', 'gh']);
    expect(checkpoint.counts.processed).toBe(8);
  });

  it('is where the next attempt starts after its process was lost', async () => {
    const { begun, run } = aRunIn(killHere, { store: memoryStore() });

    await run.killed();
    const { checkpoint } = await run.toTheEnd();

    expect(begun).toEqual(['abc', 'def', 'def', 'gh']);
    expect(checkpoint.counts.processed).toBe(8);
  });
});

describe('what ends a run at once', () => {
  it('ends a step’s batch so after progress too: the next one would start behind an item that was never met', async () => {
    const done: string[] = [];
    const sharing = enumerator<string, number>(async function* (cursor) {
      const all = [...'abcd'].map((item, index) => ({ item, cursor: [1, 2, 2, 3][index] ?? 0 }));
      yield* all.filter((entry) => cursor === null || entry.cursor > cursor);
    });
    const run = batchRun<number>(
      (from) =>
        workBatch({
          from,
          enumerator: sharing,
          eachIteration: async (item) => void done.push(item),
          checkpointEvery: 10,
        }),
      { step: 'walk', logger: silent },
    );

    const ended = run.toTheEnd();

    await expect(ended).rejects.toMatchObject({ type: 'CursorNotUniqueError', nonRetryable: true });
    expect(done).toEqual(['a', 'b']);
  });

  it('does no item again whose transaction escaped its fence, after progress too', async () => {
    class Escaped extends StoreFaultError {
      override readonly mayPass = false;
    }
    const begun: number[] = [];
    const run = batchRun<number>(
      (from) =>
        workBatch<number, number, Transaction>({
          from,
          enumerator: times(5),
          eachIteration: async (item) => {
            begun.push(item);
            if (item === 2) throw new Escaped('committed by a COMMIT of its own');
          },
          checkpointEvery: 10,
          store: aFence().store,
        }),
      { step: 'walk', logger: silent },
    );

    await expect(run.toTheEnd()).rejects.toMatchObject({ type: 'Escaped', nonRetryable: true });
    expect(begun).toEqual([0, 1, 2]);
  });
});
