/**
 * One demo, or comparison, at a time in a checkout: two would seed over each other's orders and end each other's runs.
 *
 * The lock is the stack's own kind: a demo that died holds it no longer.
 */
import { join } from 'node:path';
import { asCaller } from '../../stack/caller.js';
import type { ProcessIdentity } from '../../stack/processes/process-identity.js';
import { withLock } from '../../stack/processes/with-lock.js';
import { UserError } from '../../user-error.js';

/** Plays as this checkout's only demo. @throws UserError at once where another one is running */
export function asOnlyDemo<T>(home: string, signal: AbortSignal, play: () => Promise<T>): Promise<T> {
  return withLock(join(home, 'demo.lock'), asCaller({ signal }), play, refuse);
}

function refuse({ pid }: ProcessIdentity): never {
  throw new UserError(
    `A demo or a comparison is running already in this checkout (process ${pid}): two would replace each other's orders.`,
    `Wait for its end, or end it: kill ${pid}`,
  );
}
