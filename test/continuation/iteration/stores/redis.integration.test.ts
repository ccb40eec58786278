import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FenceLostError } from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { redisStore } from '../../../../src/continuation/iteration/stores/redis.js';
import type { RedisClient } from '../../../../src/continuation/iteration/stores/redis-script.js';
import { describeCheckpointStore } from './checkpoint-store-contract.js';
import { aKey, checkpointAt, epochOf, keep, open, type Told } from './store-attempts.js';

const redisUrl = inject('redisUrl');
/** Nobody else's: one test empties it. */
const ownDatabase = 9;
const keyPrefix = `test-${randomUUID()}:`;
const dayMs = 24 * 60 * 60 * 1_000;

describe.skipIf(redisUrl === null)('with a Redis', () => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis(redisUrl ?? '', { db: ownDatabase });
  });
  afterAll(async () => {
    await client.flushdb();
    client.disconnect();
  });

  const aStore = (options: { ttlMs?: number; client?: RedisClient } = {}) =>
    redisStore({ client, keyPrefix, ...options });
  const keyOf = ({ workflowId }: { workflowId: string }) => `${keyPrefix}${workflowId}`;

  describeCheckpointStore('the redis store', aStore);

  describe('the redis store', () => {
    it('keeps a checkpoint every so many items, so that no more are met again after a kill', async () => {
      const [store, key] = [aStore(), aKey()];
      const killed = await open(store, { key, every: 5 });
      const keptAfter: unknown[] = [];

      for (let item = 1; item <= 12; item += 1) {
        await keep(killed, checkpointAt(item));
        const [kept] = await store.read(key.workflowId);
        keptAfter.push(kept?.checkpoint ?? null);
      }

      const [none, five, ten] = [null, checkpointAt(5), checkpointAt(10)];
      expect(keptAfter).toEqual([...Array(4).fill(none), ...Array(5).fill(five), ...Array(3).fill(ten)]);
    });

    it.each([
      { ttlMs: undefined, expected: 7 * dayMs },
      { ttlMs: 60_000, expected: 60_000 },
    ])(
      'lets what nobody clears expire, counted from its last use: $expected ms',
      async ({ ttlMs, expected }) => {
        const key = aKey();
        const session = await open(aStore(ttlMs === undefined ? {} : { ttlMs }), { key });
        const left = () => client.pttl(keyOf(key));
        const full = (ms: number) => ms > expected - 10_000 && ms <= expected;
        expect(await left()).toSatisfy(full);

        await client.pexpire(keyOf(key), 20_000);
        await keep(session, checkpointAt(1));
        expect(await left()).toSatisfy(full);

        await client.pexpire(keyOf(key), 20_000);
        await session.flush(checkpointAt(0));
        expect(await left()).toSatisfy(full);
      },
    );

    it('leaves no key behind when a run is cleared', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key }), checkpointAt(1));
      expect(await client.exists(keyOf(key))).toBe(1);

      await store.clear(key);

      expect(await client.exists(keyOf(key))).toBe(0);
    });

    it('leaves no key behind when a run’s work is retired', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key }), checkpointAt(1));

      await store.retire(key, epochOf(2, 1));

      expect(await client.exists(keyOf(key))).toBe(0);
    });

    it('tells of what somebody else wrote there, and takes it for nothing', async () => {
      const [store, key] = [aStore(), aKey()];
      const told: Told[] = [];
      await keep(await open(store, { key }), checkpointAt(1));
      const fields = await client.hgetall(keyOf(key));
      for (const [field, value] of Object.entries(fields))
        await client.hset(keyOf(key), field, value.replace(/\n.*$/s, '\n{'));

      const next = await open(store, { key, epoch: epochOf(1, 2), told });

      expect(next.stored).toBeNull();
      expect(told).toMatchObject([{ message: expect.stringContaining('counts for nothing') }]);
    });

    it('forgets what earlier runs under the same Workflow Id left, once it is old enough', async () => {
      const [store, key] = [aStore(), aKey()];
      const [old, recent] = [
        { ...key, chain: 'old' },
        { ...key, chain: 'recent' },
      ];
      for (const each of [old, recent]) await keep(await open(store, { key: each }), checkpointAt(1));
      const field = JSON.stringify([old.chain, old.name]);
      const value = (await client.hget(keyOf(key), field)) ?? '';
      await client.hset(keyOf(key), field, value.replace(/\d+\n/, `${Date.now() - 8 * dayMs}\n`));

      await open(store, { key });

      expect((await store.read(key.workflowId)).map(({ key }) => key.chain)).toEqual(['recent']);
    });

    it('goes on with a server that forgot its scripts', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      await client.script('FLUSH');

      await keep(session, checkpointAt(1));

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });

    it('goes on with a server that was emptied, and the newest attempt still wins there', async () => {
      const [store, key] = [aStore(), aKey()];
      const zombie = await open(store, { key });
      await keep(zombie, checkpointAt(5));
      const newer = await open(store, { key, epoch: epochOf(1, 2) });
      await keep(newer, checkpointAt(6));
      await client.flushdb();
      await keep(zombie, checkpointAt(99));

      await keep(newer, checkpointAt(7));

      expect(await store.read(key.workflowId)).toMatchObject([
        { checkpoint: checkpointAt(7), epoch: epochOf(1, 2) },
      ]);
      await expect(keep(zombie, checkpointAt(100))).rejects.toBeInstanceOf(FenceLostError);
    });

    it('isn’t refused by itself where the client sends a command again whose answer was lost', async () => {
      const twice: RedisClient = {
        evalsha: async (...given) => {
          await client.evalsha(...given);
          return client.evalsha(...given);
        },
        eval: (...given) => client.eval(...given),
        hgetall: (key) => client.hgetall(key),
        hkeys: (key) => client.hkeys(key),
        hdel: (key, ...fields) => client.hdel(key, ...fields),
      };
      const [store, key] = [aStore({ client: twice }), aKey()];

      const session = await open(store, { key });
      await keep(session, checkpointAt(1));

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });
  });
});
