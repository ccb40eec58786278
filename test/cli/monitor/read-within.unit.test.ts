import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readWithin } from '../../../src/cli/monitor/read-within.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Each reading takes three seconds; what it reads is when it was done. */
function slowly(keys: readonly string[], limitMs: number, before: ReadonlyMap<string, number> = new Map()) {
  return readWithin(keys, {
    limitMs,
    lastReadMs: (key) => before.get(key) ?? Number.NEGATIVE_INFINITY,
    read: async () => {
      vi.advanceTimersByTime(3_000);
      return performance.now();
    },
  });
}

describe('what is read within a time', () => {
  it('is all of it where there is time, in the order that was asked for', async () => {
    expect([...(await slowly(['a', 'b', 'c'], 60_000)).keys()]).toEqual(['a', 'b', 'c']);
  });

  it('is what was begun with by then', async () => {
    expect([...(await slowly(['a', 'b', 'c', 'd'], 5_000)).keys()]).toEqual(['a', 'b']);
  });

  it('comes to everything in turn, where the time is never enough', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const first = await slowly(keys, 5_000);
    const second = await slowly(keys, 5_000, first);
    const third = await slowly(keys, 5_000, new Map([...first, ...second]));

    expect([...second.keys()]).toEqual(['c', 'd']);
    expect([...third.keys()]).toEqual(['e', 'a']);
  });
});
