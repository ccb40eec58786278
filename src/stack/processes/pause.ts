import { setTimeout as delay } from 'node:timers/promises';

/** Waits; once aborted it rejects with the signal's own reason, where Node would with an AbortError about it. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}
