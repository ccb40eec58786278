import { describe, expect, it, vi } from 'vitest';
import { Cadence } from '../../../../src/continuation/iteration/cadence.js';
import { redisStore } from '../../../../src/continuation/iteration/stores/redis.js';
import type { RedisClient } from '../../../../src/continuation/iteration/stores/redis-script.js';
import { aKey, checkpointAt, keep, open, type Told } from './store-attempts.js';

/** A server that answers claims, and writes when it is told to. */
function aSlowServer() {
  const writes: { sequence: number; answer: () => void }[] = [];
  const script = (...given: unknown[]): Promise<unknown> => {
    const [, , , what, , , , , , sequence] = given;
    if (what === 'claim') return Promise.resolve(['claimed', '']);
    return new Promise((resolve) =>
      writes.push({ sequence: Number(sequence), answer: () => resolve(['kept']) }),
    );
  };
  const client: RedisClient = {
    evalsha: script,
    eval: script,
    hgetall: async () => ({}),
    hkeys: async () => [],
    hdel: async () => 0,
  };
  return { client, writes };
}

describe('a redis session', () => {
  it('has never more than one write under way, however long it stays unanswered', async () => {
    const { client, writes } = aSlowServer();
    const session = await open(redisStore({ client, answerMs: 10, retryMs: 0 }), { key: aKey() });

    for (let item = 1; item <= 1_000; item += 1) await keep(session, checkpointAt(item));
    await session.flush(checkpointAt(1_001));

    expect(writes.map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('writes the newest checkpoint next, and none in between, when an unanswered write is answered at last', async () => {
    const { client, writes } = aSlowServer();
    const session = await open(redisStore({ client, answerMs: 10, retryMs: 60_000 }), { key: aKey() });
    for (let item = 1; item <= 50; item += 1) await keep(session, checkpointAt(item));

    writes[0]?.answer();
    await expect
      .poll(async () => {
        await keep(session, checkpointAt(51));
        return writes.map(({ sequence }) => sequence);
      })
      .toEqual([1, 51]);
  });

  it('is still in the same outage where answers come, but too late for an item: it is told once', async () => {
    const { client, writes } = aSlowServer();
    const told: Told[] = [];
    const session = await open(redisStore({ client, answerMs: 10, retryMs: 0 }), { key: aKey(), told });

    for (let item = 1; item <= 5; item += 1) {
      const late = new Promise((resolve) => setTimeout(resolve, 20));
      await keep(session, checkpointAt(item));
      await late;
      for (const { answer } of writes) answer();
    }

    expect(told).toHaveLength(1);
    expect(writes.length).toBeGreaterThan(2);
  });

  it('counts a batch by its rows: every five hundred of them are durable, and not every five hundred batches', async () => {
    const { client, writes } = aSlowServer();
    const session = await open(redisStore({ client, answerMs: 10 }), { key: aKey(), every: 500 });

    const batches = [1, 2, 3, 4, 5];
    for (const batch of batches) await keep(session, checkpointAt(batch), 100);

    expect(writes.map(({ sequence }) => sequence)).toEqual([5]);
  });

  it('writes nothing any more once it is closed', async () => {
    const { client, writes } = aSlowServer();
    const session = await open(redisStore({ client, answerMs: 10 }), { key: aKey() });
    await keep(session, checkpointAt(1));
    await session.flush(checkpointAt(2));
    await session.close();

    writes[0]?.answer();
    await expect(session.flush(checkpointAt(3))).resolves.toBeUndefined();

    expect(writes).toHaveLength(1);
  });

  it('writes by time where it has a cadence, and learns what a write costs', async () => {
    const writes: number[] = [];
    const script = async (...given: unknown[]): Promise<unknown> => {
      const [, , , what, , , , , , sequence] = given;
      if (what === 'claim') return ['claimed', ''];
      writes.push(Number(sequence));
      vi.advanceTimersByTime(2);
      return ['kept'];
    };
    vi.useFakeTimers({ toFake: ['performance'] });
    const cadence = new Cadence({ redoMs: 1_000, overhead: 0.02 }, performance.now());
    const { client } = aSlowServer();
    const store = redisStore({ client: { ...client, evalsha: script }, answerMs: 10 });
    const session = await open(store, { key: aKey(), cadence });

    for (let item = 1; item <= 100; item += 1) {
      await session.item(
        async () => vi.advanceTimersByTime(10),
        () => checkpointAt(item),
      );
    }
    vi.useRealTimers();

    // A tenth of a second first, then as the bounds say for a write of 2 ms: 200 ms at once, and 316 ms.
    expect(writes).toEqual([10, 30, 62, 94]);
    expect(cadence.inForce).toMatchObject({ itemMs: 10, costsMs: [2, 2, 2, 2] });
  });
});
