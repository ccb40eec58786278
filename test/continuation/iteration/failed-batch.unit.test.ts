import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { array, batched, iteration, memoryStore } from '../../../src/continuation/iteration/index.js';
import { iterationRun, killHere } from '../../../src/continuation/testing/index.js';

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
