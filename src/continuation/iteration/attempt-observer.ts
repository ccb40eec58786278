/**
 * A seam for tests: somebody who watches an attempt's items, and may interrupt it or let it die between two of them.
 *
 * Off unless code runs inside `observing`; `continuation/testing` does.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EncodedCursor } from '../cursor.js';

export interface AttemptObserver {
  /** The item's work is done (with a fence: committed), and its cursor not yet handed over. A promise that never resolves is a kill. */
  itemDone(cursor: EncodedCursor): Promise<void> | null;
  /** Whether to stop as a worker that shuts down would. */
  wantsToStop(): boolean;
  /** Whether the attempt is to be silent from now on: what a killed worker sends. */
  isKilled(): boolean;
}

const observers = new AsyncLocalStorage<AttemptObserver>();

export function observing<Result>(observer: AttemptObserver, run: () => Promise<Result>): Promise<Result> {
  return observers.run(observer, run);
}

/** Who watches the calling code's attempt; undefined outside of tests. */
export function currentObserver(): AttemptObserver | undefined {
  return observers.getStore();
}
