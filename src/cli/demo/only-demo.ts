/**
 * One demo at a time in a checkout: two would seed over each other's orders and end each other's runs.
 *
 * The lock is the stack's own kind: a demo that died holds it no longer.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { processIdentitySchema } from '../../stack/processes/process-identity.js';
import { withLock } from '../../stack/processes/with-lock.js';
import { UserError } from '../../user-error.js';

const lockSchema = z.object({ holder: processIdentitySchema });

/** Plays as this checkout's only demo. @throws UserError at once where another one is running */
export async function asOnlyDemo<T>(home: string, signal: AbortSignal, play: () => Promise<T>): Promise<T> {
  const lock = join(home, 'demo.lock');
  const taken = new AbortController();
  try {
    // It would wait for the other one, and says so first: that is when we go.
    const onProgress = (): void => taken.abort();
    return await withLock(lock, { onProgress, signal: AbortSignal.any([signal, taken.signal]) }, play);
  } catch (error) {
    if (!taken.signal.aborted || error !== taken.signal.reason) throw error;
    throw alreadyRunning(await readHolder(lock));
  }
}

async function readHolder(lock: string): Promise<number | null> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(lock, 'utf8'))).holder.pid;
  } catch {
    return null; // It ended in between.
  }
}

function alreadyRunning(pid: number | null): UserError {
  return pid === null
    ? new UserError('Another demo was running a moment ago.', 'npx leftoff demo')
    : new UserError(
        `A demo is running already in this checkout (process ${pid}): two would replace each other's orders.`,
        `Wait for its end, or end it: kill ${pid}`,
      );
}
