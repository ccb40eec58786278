import { describe, expect, it } from 'vitest';
import { growthOf, redisReading, redisWritesIn } from '../../../src/cli/compare/count-writes.js';

const first = (writes: number) => ({ writes, start: 'first' });

describe('writes', () => {
  it('are what a counter grew by', () => {
    expect(growthOf(first(10), first(17))).toBe(7);
  });

  it('are not known where the server was restarted meanwhile: what it had counted is gone', () => {
    expect(growthOf(first(10), { writes: 17, start: 'second' })).toBeNull();
  });

  it('are not known where a server is not there', () => {
    expect(growthOf(first(10), null)).toBeNull();
    expect(growthOf(null, first(17))).toBeNull();
  });

  it('in Redis are the commands that change a hash, and no others', () => {
    const stats = [
      'cmdstat_hset:calls=12,usec=3',
      'cmdstat_hdel:calls=2,usec=1',
      'cmdstat_hget:calls=40,usec=9',
    ];

    expect(redisWritesIn(stats.join('\r\n'))).toBe(14);
  });

  it('in Redis are told with the start that they are counted from', () => {
    expect(redisReading('run_id:ab12\r\ncmdstat_hset:calls=3,usec=1')).toEqual({ writes: 3, start: 'ab12' });
    expect(redisReading('')).toBeNull();
  });
});
