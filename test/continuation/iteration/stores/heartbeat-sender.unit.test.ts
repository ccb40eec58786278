import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cadence } from '../../../../src/continuation/iteration/cadence.js';
import { HeartbeatSender } from '../../../../src/continuation/iteration/stores/heartbeat-sender.js';
import { anAttempt } from '../an-attempt.js';

/** A store on a clock that only the test moves; its details are the number of items done so far. */
function aStore(options: { every: number; heartbeatTimeoutMs?: number; redoMs?: number }) {
  const attempt = anAttempt(
    options.heartbeatTimeoutMs === undefined ? {} : { heartbeatTimeoutMs: options.heartbeatTimeoutMs },
  );
  const clock = { ms: 0 };
  const { redoMs } = options;
  const cadence = redoMs === undefined ? null : new Cadence({ redoMs, overhead: 0.02 }, clock.ms);
  let done = 0;
  const store = new HeartbeatSender({
    attempt,
    every: options.every,
    cadence,
    details: () => done,
    now: () => clock.ms,
  });
  const work = (items: number) => {
    done += items;
    store.advanced(items);
  };
  return { store, attempt, clock, work, cadence };
}

describe('the heartbeat store', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('offers a checkpoint after every N items', () => {
    const { attempt, clock, work } = aStore({ every: 3 });

    for (let item = 1; item <= 7; item += 1) {
      clock.ms += 1_000;
      work(1);
    }

    expect(attempt.heartbeats).toEqual([3, 6]);
  });

  it('counts the items of a batch, not the batches', () => {
    const { attempt, work } = aStore({ every: 100 });

    work(60);
    work(60);

    expect(attempt.heartbeats).toEqual([120]);
  });

  it('offers by time where it has a cadence, whatever the number of items', () => {
    const { attempt, clock, work } = aStore({ every: 1, redoMs: 4_000 });

    for (let item = 1; item <= 15; item += 1) {
      clock.ms += 50;
      work(1);
    }

    // A tenth of 4,000 ms for the first; what it took is next to nothing, and 100 ms the least.
    expect(attempt.heartbeats).toEqual([8, 10, 12, 14]);
  });

  it('sees what an item takes, however often its timer sends while that is in hand', () => {
    const { clock, work, cadence } = aStore({ every: 1, redoMs: 4_000, heartbeatTimeoutMs: 1_000 });

    for (let item = 1; item <= 5; item += 1) {
      for (let tick = 1; tick <= 6; tick += 1) {
        clock.ms += 100;
        vi.advanceTimersByTime(100);
      }
      work(1);
    }

    expect(cadence?.inForce.itemMs).toBeCloseTo(600, 0);
  });

  it('offers at most one in 100 ms, however fast the items are', () => {
    const { attempt, clock, work } = aStore({ every: 1 });

    for (let item = 1; item <= 250; item += 1) {
      work(1);
      clock.ms += 1;
    }

    expect(attempt.heartbeats).toEqual([1, 101, 201]);
  });

  it('hands over the newest checkpoint on a flush, whatever cadence and budget say', () => {
    const { store, attempt, work } = aStore({ every: 1_000 });

    work(5);
    store.flush();
    work(1);
    store.flush();

    expect(attempt.heartbeats).toEqual([5, 6]);
  });

  it('beats four times in a heartbeat timeout while an item takes long', () => {
    const { attempt } = aStore({ every: 1, heartbeatTimeoutMs: 1_000 });

    vi.advanceTimersByTime(1_000);

    expect(attempt.heartbeats).toHaveLength(4);
  });

  it('sends with its timer what the cadence left unsent', () => {
    const { attempt, work } = aStore({ every: 1_000, heartbeatTimeoutMs: 1_000 });
    work(7);

    vi.advanceTimersByTime(250);

    expect(attempt.heartbeats).toEqual([7]);
  });

  it('falls silent once it is closed', () => {
    const { store, attempt } = aStore({ every: 1, heartbeatTimeoutMs: 1_000 });

    store.close();
    vi.advanceTimersByTime(10_000);

    expect(attempt.heartbeats).toEqual([]);
  });

  it('needs no timer where nobody would miss a heartbeat', () => {
    aStore({ every: 1 });

    expect(vi.getTimerCount()).toBe(0);
  });
});
