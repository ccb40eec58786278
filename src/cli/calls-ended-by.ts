/**
 * Runs `work`; when the signal aborts, the client's calls that it has under way end.
 *
 * The client's own `withAbortSignal` adds a listener a call and takes none away (@temporalio/client 1.24, connection.ts): a signal that
 * outlives the work would keep every call. So they listen to one of this work's own, which goes with it.
 */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';

export async function callsEndedBy<T>(
  signal: AbortSignal,
  client: Pick<Client, 'withAbortSignal'>,
  work: () => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  // Node would warn of the eleventh call.
  setMaxListeners(0, own.signal);
  const end = (): void => own.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await client.withAbortSignal(own.signal, work);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
