import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { callsEndedBy } from '../../src/cli/calls-ended-by.js';

/** Listens with each call, as the SDK's client does, and never stops. */
function aClient() {
  const given: AbortSignal[] = [];
  return {
    given,
    withAbortSignal: <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
      given.push(signal);
      for (let call = 0; call < 20; call += 1) signal.addEventListener('abort', () => undefined);
      return work();
    },
  };
}

describe('calls that end when a signal aborts', () => {
  it('leave nothing at the signal when the work is over, also where it failed', async () => {
    const { signal } = new AbortController();
    const client = aClient();

    await callsEndedBy(signal, client, async () => 'done');
    await callsEndedBy(signal, client, () => Promise.reject(new Error('failed'))).catch(() => undefined);

    expect(client.given).toHaveLength(2);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('hear of it with its reason, also where it has aborted before', async () => {
    const called = new AbortController();
    const client = aClient();

    await callsEndedBy(called.signal, client, async () => called.abort('called off'));
    await callsEndedBy(called.signal, client, async () => undefined);

    expect(client.given.map(({ aborted, reason }) => [aborted, reason])).toEqual([
      [true, 'called off'],
      [true, 'called off'],
    ]);
  });
});
