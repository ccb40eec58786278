/**
 * Redis goes away, comes back, or forgets: what it keeps of a run is best effort, and never stops one.
 *
 * A worker that lives has its place in memory and never asks a store: where Redis was restarted or emptied its worker is killed, so
 * that the next one has to do with what is left.
 */
import { Redis } from 'ioredis';
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { describeAway, localServer, strikeServer } from './local-servers.js';
import { awaitVisitsBeyond, visitsOf } from './run-progress.js';
import { strikeAndReplace } from './strike-worker.js';

export interface AwayFor {
  /** Orders that the run does while a server is away, or slow. */
  readonly goesOnFor: number;
}

export const redisStopped = ({ goesOnFor }: AwayFor): Fault => ({
  name: 'redis-stopped',
  title: 'Redis is stopped, stays away while the run goes on, and is started again',
  strikes: ['redis'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'redis-stopped',
      instant: 'committed',
      strike: async (_, goOn) => {
        const before = (await visitsOf(scene)) ?? 0;
        const away = await strikeServer({
          environment: scene.environment,
          part: 'redis',
          signal: 'SIGTERM',
          whileAway: async () => {
            scene.tell('Redis stopped');
            await goOn();
            await awaitVisitsBeyond(scene, before, goesOnFor);
          },
        });
        const went = describeAway('redis', 'stopped; the run went on without', away);
        scene.tell(went);
        return { ...away, words: [went] };
      },
    }),
});

export const redisRestarted: Fault = {
  name: 'redis-restarted',
  title: 'Redis is killed (SIGKILL) and started again with what its file has; then the worker is killed',
  strikes: ['redis', 'worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'redis-restarted',
      instant: 'committed',
      strike: async (held) => {
        const away = await strikeServer({
          environment: scene.environment,
          part: 'redis',
          signal: 'SIGKILL',
          whileAway: async () => scene.tell('Redis killed'),
        });
        const went = describeAway('redis', 'killed', away);
        scene.tell(went);
        const { words, ...struck } = await strikeAndReplace(scene, 'SIGKILL', held);
        return { ...struck, words: [went, ...words] };
      },
    }),
};

export const redisFlushed: Fault = {
  name: 'redis-flushed',
  title: 'Redis is emptied (FLUSHDB), and the worker killed: nothing but the heartbeat knows the place',
  strikes: ['redis', 'worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'redis-flushed',
      instant: 'committed',
      strike: async (held) => {
        const { address } = await localServer(scene.environment, 'redis');
        const keys = await flush(address);
        const emptied = `Redis emptied: ${keys} keys gone, whosever they were`;
        scene.tell(emptied);
        const { words, ...struck } = await strikeAndReplace(scene, 'SIGKILL', held);
        return { ...struck, words: [emptied, ...words] };
      },
    }),
};

/** Everything in the database that a client gets who names none: other runs' checkpoints too, and whatever else is kept there. */
async function flush(address: string): Promise<number> {
  const redis = new Redis(address);
  try {
    const keys = await redis.dbsize();
    await redis.flushdb();
    return keys;
  } finally {
    redis.disconnect();
  }
}
