import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  FenceLostError,
  StoreOutageError,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { redisStore } from '../../../../src/continuation/iteration/stores/redis.js';
import { type BreakableLine, openBreakableLine } from '../../../../src/faults/breakable-line.js';
import { aKey, checkpointAt, epochOf, keep, open, type Told } from './store-attempts.js';

const redisUrl = inject('redisUrl');
type Settings = Pick<RedisOptions, 'maxRetriesPerRequest' | 'enableOfflineQueue' | 'retryStrategy'>;

const answerMs = 200;
const away = 'Redis is away: until it is back, only the heartbeat keeps checkpoints';
const back = 'Redis answers again: checkpoints are kept there from now on';

describe.skipIf(redisUrl === null)('an outage of Redis', () => {
  let line: BreakableLine;
  let clients: Redis[];
  /** Beside the line: what is really stored. */
  let beside: ReturnType<typeof redisStore>;
  let keyPrefix: string;
  beforeEach(async () => {
    const { hostname, port } = new URL(redisUrl ?? '');
    line = await openBreakableLine({ host: hostname, port: Number(port) });
    keyPrefix = `test-${randomUUID()}:`;
    clients = [];
    beside = redisStore({ client: connect(redisUrl ?? ''), keyPrefix });
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await line.close();
  });

  function connect(url: string, options: Settings = {}): Redis {
    const client = new Redis(url, options);
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  function overTheLine(options: Settings = {}, retryMs = 20) {
    const url = new URL(redisUrl ?? '');
    url.hostname = line.host;
    url.port = String(line.port);
    return redisStore({ client: connect(url.href, options), keyPrefix, answerMs, retryMs });
  }

  const stored = async ({ workflowId }: { workflowId: string }) =>
    (await beside.read(workflowId)).map(({ checkpoint }) => checkpoint);

  const messages = (told: readonly Told[]) => told.map(({ message }) => message);

  /** Items one after another, until a condition holds. @returns the last one; @throws what an item throws */
  async function itemsUntil(
    session: Parameters<typeof keep>[0],
    from: number,
    holds: () => boolean,
  ): Promise<number> {
    for (let item = from + 1; ; item += 1) {
      await keep(session, checkpointAt(item));
      if (holds()) return item;
      await setImmediate();
    }
  }

  it.each<{ settings: string; options: Settings }>([
    { settings: 'its own defaults', options: {} },
    { settings: 'retries without end', options: { maxRetriesPerRequest: null } },
    { settings: 'no queue while it is offline', options: { enableOfflineQueue: false } },
    { settings: 'nothing tried again', options: { enableOfflineQueue: false, maxRetriesPerRequest: 0 } },
    { settings: 'no reconnecting for a while', options: { retryStrategy: () => 300 } },
  ])(
    'in mid-use stops no item, is told once however often it is tried, and is over once it is mended; client with $settings',
    async ({ options }) => {
      const [key, told]: [ReturnType<typeof aKey>, Told[]] = [aKey(), []];
      const store = overTheLine(options, 0);
      await expect.poll(() => store.read(key.workflowId).catch(() => null)).toEqual([]);
      const session = await open(store, { key, told });
      await keep(session, checkpointAt(1));
      line.cut();

      for (let item = 2; item <= 100; item += 1) await keep(session, checkpointAt(item));
      expect(messages(told)).toEqual([away]);
      expect(told[0]?.facts).toMatchObject({ ...key, error: expect.any(String) });
      expect(await stored(key)).toEqual([checkpointAt(1)]);

      line.mend();
      const last = await itemsUntil(session, 100, () => told.length > 1);
      await keep(session, checkpointAt(last + 1));
      expect(messages(told)).toEqual([away, back]);
      expect(await stored(key)).toEqual([checkpointAt(last + 1)]);
    },
  );

  it('that is there from the start is the same as nothing stored', async () => {
    const [key, told]: [ReturnType<typeof aKey>, Told[]] = [aKey(), []];
    line.cut();

    const session = await open(overTheLine(), { key, told });

    expect(session.stored).toBeNull();
    await keep(session, checkpointAt(1));
    expect(messages(told)).toEqual([away]);
    line.mend();
    const last = await itemsUntil(session, 1, () => told.length > 1);
    await keep(session, checkpointAt(last + 1));
    expect(await stored(key)).toEqual([checkpointAt(last + 1)]);
  });

  it('that freezes it holds up one item for as long as one may wait, and the others not at all', async () => {
    const [key, told]: [ReturnType<typeof aKey>, Told[]] = [aKey(), []];
    const session = await open(overTheLine(), { key, told });
    await keep(session, checkpointAt(1));
    line.freeze();
    const startedMs = performance.now();

    for (let item = 2; item <= 2_000; item += 1) await keep(session, checkpointAt(item));

    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(answerMs * 0.9);
    expect(tookMs).toBeLessThan(answerMs * 3);
    expect(messages(told)).toEqual([away]);
  });

  it('bounds what is kept at a stop, and what is opened', async () => {
    const store = overTheLine();
    const session = await open(store, { key: aKey() });
    line.freeze();
    const startedMs = performance.now();

    await session.flush(checkpointAt(1));
    await open(store, { key: aKey() });

    expect(performance.now() - startedMs).toBeLessThan(answerMs * 4);
  });

  it('that ends lets the newest checkpoint in, also where no other item comes', async () => {
    const [key, told]: [ReturnType<typeof aKey>, Told[]] = [aKey(), []];
    const session = await open(overTheLine(), { key, told });
    line.cut();
    for (let item = 1; item <= 10; item += 1) await keep(session, checkpointAt(item));

    line.mend();
    await session.flush(checkpointAt(10));

    await expect.poll(() => stored(key)).toEqual([checkpointAt(10)]);
  });

  it('does not let a zombie in, whether it could claim or not', async () => {
    const key = aKey();
    const claimed = await open(overTheLine(), { key });
    line.cut();
    const unclaimed = await open(overTheLine(), { key, epoch: epochOf(1, 2) });
    await keep(await open(beside, { key, epoch: epochOf(1, 3) }), checkpointAt(5));
    line.mend();

    for (const zombie of [claimed, unclaimed]) {
      const refused = itemsUntil(zombie, 10, () => false);
      await expect(refused).rejects.toBeInstanceOf(FenceLostError);
    }
    expect(await stored(key)).toEqual([checkpointAt(5)]);
  });

  it('in which an attempt couldn’t read what was stored lets its own checkpoints win, though their sequence is lower', async () => {
    const [key, told]: [ReturnType<typeof aKey>, Told[]] = [aKey(), []];
    await keep(await open(beside, { key }), checkpointAt(1_000_000));
    line.cut();
    const session = await open(overTheLine(), { key, epoch: epochOf(1, 2), told });
    line.mend();

    const last = await itemsUntil(session, 1, () => told.length > 1);
    await keep(session, checkpointAt(last + 1));

    expect(await stored(key)).toEqual([checkpointAt(last + 1)]);
  });

  it('is told to whoever reads, and clearing goes on: what is left expires', async () => {
    const [store, key] = [overTheLine(), aKey()];
    line.cut();

    await expect(store.read(key.workflowId)).rejects.toBeInstanceOf(StoreOutageError);
    await expect(store.clear(key)).resolves.toBeUndefined();
  });
});
