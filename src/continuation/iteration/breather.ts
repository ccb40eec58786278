/**
 * Lets the process breathe between items that wait for nothing: without it their loop is one long turn of the event loop,
 * in which no stop, no timer's heartbeat and no other Activity's answer gets through.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActivityAttempt } from './activity-attempt.js';

const longestTurnMs = 20;

/** @returns what to ask after each item: a promise to wait for, or null to go on */
export function breather({ nowMs }: Pick<ActivityAttempt, 'nowMs'>): () => Promise<void> | null {
  let since = nowMs();
  return () => {
    const now = nowMs();
    if (now - since < longestTurnMs) return null;
    since = now;
    return nextTurn();
  };
}
