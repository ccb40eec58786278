/**
 * Lets the process breathe between items that wait for nothing: without it their loop is one long turn of the event loop,
 * in which no stop, no timer's heartbeat and no other Activity's answer gets through.
 *
 * Items that wait for an answer turn the loop by themselves: there it has nothing to do, and keeps out of the way.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActivityAttempt } from './activity-attempt.js';

const longestTurnMs = 20;

/** @returns what to ask after each item: a promise to wait for, or null to go on */
export function breather({ nowMs }: Pick<ActivityAttempt, 'nowMs'>): () => Promise<void> | null {
  /** When the first item of this turn ended; null: none has. */
  let since: number | null = null;
  return () => {
    const now = nowMs();
    if (since !== null) return now - since < longestTurnMs ? null : nextTurn();
    since = now;
    setImmediate(() => {
      since = null;
    });
    return null;
  };
}
