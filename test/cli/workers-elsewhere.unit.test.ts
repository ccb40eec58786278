import { describe, expect, it } from 'vitest';
import { findWorkersElsewhere } from '../../src/cli/workers-elsewhere.js';

const process = { pid: 7, startedAt: '2026-11-24T10:00:00.000Z', command: 'node dist/worker/main.js' };
const workerAt = (temporal: string, postgres = '127.0.0.1:5432/leftoff') => ({
  identity: '7@here',
  process,
  servers: { temporal, postgres },
});
const worker = workerAt('127.0.0.1:7233');
const temporalAt = (address: string) =>
  ({ address, namespace: 'default', ui: null, source: 'local' }) as const;
const postgresAt = (port: number) =>
  ({ url: `postgres://leftoff:secret@127.0.0.1:${port}/leftoff`, source: 'local' }) as const;

describe('a worker', () => {
  it('is told of where its servers are at other ports by now, without their passwords, and how to stop it alone', () => {
    const present = { temporal: temporalAt('127.0.0.1:7243'), postgres: postgresAt(5442) };

    expect(findWorkersElsewhere([worker], present)).toEqual([
      {
        words:
          'worker 7@here is connected to Temporal at 127.0.0.1:7233, which is at 127.0.0.1:7243 now, ' +
          'and to PostgreSQL at 127.0.0.1:5432/leftoff, which is at 127.0.0.1:5442/leftoff now',
        mend: 'npx leftoff kill --signal SIGTERM --pid 7, then npx leftoff worker',
      },
    ]);
  });

  const here = { temporal: temporalAt('127.0.0.1:7233'), postgres: postgresAt(5432) };
  it.each([
    ['on the present servers', worker, here],
    ['on the same servers by another name', workerAt('localhost:7233', 'localhost/leftoff'), here],
    ['on the same server without its port', workerAt('127.0.0.1'), here],
    ['whose servers are down', worker, { temporal: null, postgres: null }],
    [
      'whose note names no servers',
      { identity: '8@here', process },
      { temporal: temporalAt('127.0.0.1:1'), postgres: null },
    ],
  ])('is none to tell of: %s', (_, one, present) => {
    expect(findWorkersElsewhere([one], present)).toEqual([]);
  });
});
