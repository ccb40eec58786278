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
    [{ checkpointEvery: 'auto' }, 'a checkpoint in history, auto: up to 1 s of work, 2 % overhead'],
    [
      { checkpointEvery: { redoMs: 300, overhead: 0.005 }, store: 'redis' },
      'a checkpoint in history and Redis, auto: up to 0.3 s of work, 0.5 % overhead',
    ],
    [
      { checkpointEvery: 'auto', store: 'postgres' },
      'a checkpoint in history by time, in Postgres with each order',
    ],
    [{ pattern: 'enumerator', checkpointEvery: 'auto' }, 'a checkpoint by time, the newest sent each 0.2 s'],
    [
      { pattern: 'enumerator', checkpointEvery: 'auto', store: 'redis' },
      'a checkpoint in Redis, auto: up to 1 s of work, 2 % overhead',
    ],
    [
      { pattern: 'enumerator', checkpointEvery: 'auto', store: 'postgres' },
      'a checkpoint in Postgres with each order, in the same commit',
    ],
    [{ pattern: 'naive' }, 'no checkpoint at all'],
  ])('is whole transactions, in the words of its store: %o', (settings, words) => {
    expect(describeCadence({ ...memo, ...settings })).toBe(words);
  });
});
