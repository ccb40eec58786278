import { describe, expect, it } from 'vitest';
import { knownParts } from '../../../src/cli/monitor/known-parts.js';
import type { Reading } from '../../../src/cli/monitor/readings.js';
import { NotRunning, readOnAndOn, readOnce, type Source } from '../../../src/cli/monitor/source.js';
import type { StackParts } from '../../../src/stack/find-stack.js';

const notAsked = { kind: 'not asked yet' } as const;

function aSource<T>(read: () => Promise<T>): Source<T> {
  return { name: 'It', read, pauseMs: () => 1, limitMs: 30, close: () => undefined };
}

describe('a source', () => {
  it('that hangs is away when its limit is over', async () => {
    const hanging = aSource(() => new Promise<string>(() => undefined));

    expect(await readOnce(hanging, notAsked)).toEqual({
      kind: 'away',
      why: { kind: 'silent', words: 'It does not answer' },
      last: null,
    });
  });

  it('that is away keeps what it told last', async () => {
    const before: Reading<string> = { kind: 'told', told: { value: 'before', atMs: 5 } };
    const stopped = aSource<string>(async () => {
      throw new NotRunning('redis');
    });

    const now = await readOnce(stopped, before);
    const later = await readOnce(stopped, now);

    const why = { kind: 'not running', words: 'Redis is not running' };
    expect(now).toEqual({ kind: 'away', why, last: { value: 'before', atMs: 5 } });
    expect(later).toEqual(now);
  });

  it('is read again after a failure, and no more once the signal says so', async () => {
    const told: string[] = [];
    const end = new AbortController();
    let times = 0;
    const failing = aSource(async () => {
      times += 1;
      if (times === 2) throw new Error('ECONNREFUSED');
      return times;
    });

    await readOnAndOn(
      failing,
      notAsked,
      ({ kind }) => {
        told.push(kind);
        if (told.length === 3) end.abort();
      },
      end.signal,
    );

    expect(told).toEqual(['told', 'away', 'told']);
    expect(times).toBe(3);
  });
});

describe('where the parts are', () => {
  const there: StackParts = {
    temporal: { address: '127.0.0.1:1', namespace: 'default', ui: null, source: 'local' },
    postgres: { url: 'postgres://127.0.0.1:2/leftoff', source: 'local' },
    redis: null,
  };

  it('is looked up once for all who ask at once', async () => {
    let lookUps = 0;
    const parts = knownParts(async () => {
      lookUps += 1;
      return there;
    });

    await Promise.all([parts.now(), parts.now()]);
    await parts.now();

    expect(lookUps).toBe(1);
  });

  it('is looked up again soon where somebody got no answer', async () => {
    let lookUps = 0;
    const parts = knownParts(async () => {
      lookUps += 1;
      return there;
    });
    await parts.now();

    parts.doubt();

    await expect
      .poll(async () => {
        await parts.now();
        return lookUps;
      })
      .toBe(2);
  });
});
