import { describe, expect, it } from 'vitest';
import { growthOf, redisWritesIn } from '../../../src/cli/compare/count-writes.js';

describe('writes', () => {
  it('are what a counter grew by', () => {
    expect(growthOf([10, 12, 17])).toBe(7);
  });

  it('go on being counted over a restart, from 0', () => {
    expect(growthOf([10, 17, 3])).toBe(10);
  });

  it('are not known while a server is away, and lose nothing by it', () => {
    expect(growthOf([10, null, 17])).toBe(7);
    expect(growthOf([null, null])).toBe(0);
  });

  it('in Redis are the commands that change a hash, and no others', () => {
    const stats = [
      'cmdstat_hset:calls=12,usec=3',
      'cmdstat_hdel:calls=2,usec=1',
      'cmdstat_hget:calls=40,usec=9',
    ];

    expect(redisWritesIn(stats.join('\r\n'))).toBe(14);
  });
});
