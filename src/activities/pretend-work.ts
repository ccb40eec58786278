import { setTimeout as delay } from 'node:timers/promises';

/** Takes the time that an item's real work would take. A stop cuts it short. */
export async function pretendWork(ms: number, stopping: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: stopping }).catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
}
