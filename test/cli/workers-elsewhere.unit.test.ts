import { describe, expect, it } from 'vitest';
import { describeElsewhere } from '../../src/cli/workers-elsewhere.js';

const worker = {
  identity: '7@here',
  servers: { temporal: '127.0.0.1:7233', postgres: '127.0.0.1:5432/leftoff' },
};
const temporalAt = (port: number) =>
  ({ address: `127.0.0.1:${port}`, namespace: 'default', ui: null, source: 'local' }) as const;
const postgresAt = (port: number) =>
  ({ url: `postgres://leftoff:secret@127.0.0.1:${port}/leftoff`, source: 'local' }) as const;

describe('a worker', () => {
  it('is told of where its servers are at other ports by now, without their passwords', () => {
    const present = { temporal: temporalAt(7243), postgres: postgresAt(5442) };

    expect(describeElsewhere([worker], present)).toEqual([
      'worker 7@here is connected to Temporal at 127.0.0.1:7233, which is at 127.0.0.1:7243 now, ' +
        'and to PostgreSQL at 127.0.0.1:5432/leftoff, which is at 127.0.0.1:5442/leftoff now',
    ]);
  });

  it.each([
    ['on the present servers', worker, { temporal: temporalAt(7233), postgres: postgresAt(5432) }],
    ['whose servers are down', worker, { temporal: null, postgres: null }],
    ['whose note names no servers', { identity: '8@here' }, { temporal: temporalAt(1), postgres: null }],
  ])('is none to tell of: %s', (_, one, present) => {
    expect(describeElsewhere([one], present)).toEqual([]);
  });
});
