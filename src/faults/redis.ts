/**
 * Redis goes away, comes back, or forgets: what it keeps of a run is best effort, and never stops one.
 *
 * A worker that lives has its place in memory and never asks a store: where Redis was restarted or emptied its worker is killed, so
 * that the next one has to do with what is left.
 */
import { Redis } from 'ioredis';
import { armServer } from './arm-server.js';
import { armThenKill } from './arm-then-kill.js';
import type { Fault } from './fault.js';
import { describeAway, localServer, strikeServer } from './local-servers.js';
import { awaitVisitsBeyond, visitsOf } from './run-progress.js';

export interface AwayFor {
  /** Orders that the run does while a server is away, or slow. */
  readonly goesOnFor: number;
}

export const redisStopped = ({ goesOnFor }: AwayFor): Fault => ({
  name: 'redis-stopped',
  title: 'Redis is stopped, stays away while the run goes on, and is started again',
  strikes: ['redis'],
  arm: (scene) =>
    armServer(scene, {
      ...{ fault: 'redis-stopped', instant: 'committed' },
      ...{ part: 'redis', signal: 'SIGTERM', how: 'stopped' },
      whileAway: async () => awaitVisitsBeyond(scene, (await visitsOf(scene)) ?? 0, goesOnFor),
    }),
});

export const redisRestarted: Fault = {
  name: 'redis-restarted',
  title: 'Redis is killed (SIGKILL) and started again with what its file has; then the worker is killed',
  strikes: ['redis', 'worker'],
  arm: (scene) =>
    armThenKill(scene, 'redis-restarted', async () => {
      const whileAway = async () => scene.tell('Redis killed');
      const { environment } = scene;
      const away = await strikeServer({ environment, part: 'redis', signal: 'SIGKILL', whileAway });
      return { words: [describeAway('redis', 'killed', away)] };
    }),
};

export const redisFlushed: Fault = {
  name: 'redis-flushed',
  title: 'Redis is emptied (FLUSHDB), and the worker killed: nothing but the heartbeat knows the place',
  strikes: ['redis', 'worker'],
  arm: (scene) =>
    armThenKill(scene, 'redis-flushed', async () => {
      const { address } = await localServer(scene.environment, 'redis');
      return { words: [`Redis emptied: ${await flush(address)} keys gone, whosever they were`] };
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
