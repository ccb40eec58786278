/** Whether Redis answers. */
import { checkConfiguredRedis } from '../../stack/redis/check-configured-redis.js';
import { checkRedis } from '../../stack/redis/check-redis.js';
import type { KnownParts } from './known-parts.js';
import { NotRunning, type Source } from './source.js';

export function redisSource(parts: KnownParts): Source<'answers'> {
  return {
    name: 'Redis',
    limitMs: 3_000,
    // A connection each time, and nothing but runs with that store wait for it.
    pauseMs: (value) => (value === null ? 1_000 : 3_000),
    close: () => undefined,
    async read() {
      const { redis } = await parts.now();
      if (redis === null) throw new NotRunning('redis');
      try {
        await (redis.source === 'local' ? checkRedis(redis.url) : checkConfiguredRedis(redis.url));
        return 'answers';
      } catch (error) {
        parts.doubt();
        throw error;
      }
    },
  };
}
