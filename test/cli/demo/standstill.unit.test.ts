import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Standstill } from '../../../src/cli/demo/standstill.js';

const limitMs = 20_000;
const stoodStill = new Error('nothing went on');
const watched = { limitMs, reasonFor: async () => stoodStill };

function aWait() {
  let resolve = (_: string): void => undefined;
  const promise = new Promise<string>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: string) => resolve(value) };
}

describe('a wait on stage', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends with the reason when nothing goes on for as long as its limit', async () => {
    const waiting = new Standstill().watch(aWait().promise, watched);
    const ended = expect(waiting).rejects.toBe(stoodStill);

    await vi.advanceTimersByTimeAsync(limitMs);

    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be longer than its limit as long as the work goes on', async () => {
    const standstill = new Standstill();
    const wait = aWait();
    const waiting = standstill.watch(wait.promise, watched);

    for (let sign = 0; sign < 5; sign += 1) {
      await vi.advanceTimersByTimeAsync(limitMs - 1_000);
      standstill.goesOn();
    }
    wait.resolve('the end');

    await expect(waiting).resolves.toBe('the end');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts from its own beginning: a pause for Enter before it is none of its time', async () => {
    const standstill = new Standstill();
    await vi.advanceTimersByTimeAsync(10 * limitMs);
    const wait = aWait();
    const waiting = standstill.watch(wait.promise, watched);

    await vi.advanceTimersByTimeAsync(limitMs / 2);
    wait.resolve('in time');

    await expect(waiting).resolves.toBe('in time');
  });
});
