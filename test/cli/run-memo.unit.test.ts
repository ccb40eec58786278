import { describe, expect, it } from 'vitest';
import { describeCadence, type RunMemo } from '../../src/cli/run-memo.js';

const memo: RunMemo = {
  pattern: 'step',
  job: 'process-orders',
  batchSize: 1,
  checkpointEvery: 1,
  itemMs: 0,
  profile: 'demo',
  store: 'heartbeat',
  onError: 'skip',
};

describe('the cadence in effect', () => {
  it.each<[Partial<RunMemo>, string]>([
    [{}, 'a checkpoint in history every order'],
    [{ checkpointEvery: 10 }, 'a checkpoint in history every 10 orders'],
    [{ checkpointEvery: 10, batchSize: 1_000 }, 'a checkpoint in history every 1000 orders'],
    [{ checkpointEvery: 10, batchSize: 7 }, 'a checkpoint in history every 14 orders'],
    [{ pattern: 'enumerator' }, 'a checkpoint every order, the newest sent each 0.2 s'],
    [
      { pattern: 'enumerator', checkpointEvery: 10 },
      'a checkpoint every 10 orders or 0.25 s, the newest sent each 0.2 s',
    ],
    [{ pattern: 'naive' }, 'no checkpoint at all'],
  ])('is whole transactions, in the words of its store: %o', (settings, words) => {
    expect(describeCadence({ ...memo, ...settings })).toBe(words);
  });
});
