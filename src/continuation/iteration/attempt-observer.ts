/**
 * A seam for tests: somebody who watches an attempt's items, and may stop it or let it die between two of them.
 *
 * Off unless code runs inside `observing`; `continuation/testing` does.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EncodedCursor } from '../cursor.js';

export interface AttemptObserver {
  /** The item's work is done (with a fence: committed), and its cursor not yet handed over. A promise that never resolves is a kill. */
  itemDone(cursor: EncodedCursor): Promise<void> | null;
  /** The job's code is about to be handed its context. @throws AttemptKilled where the attempt is to die before its first item */
  handsContext(): void;
  /** Aborts when the attempt is to stop; the reason is one as the SDK gives it. */
  readonly stopping: AbortSignal;
  /** Whether the attempt is to be silent from now on: what a killed worker sends. */
  isKilled(): boolean;
  /** Lets the attempt die where this is called. @returns what never settles */
  kill(): Promise<never>;
}

/** Takes a killed attempt out of the library's code as a lost lease does: nothing is reported, told or kept on the way. */
export class AttemptKilled extends Error {
  override readonly name = 'AttemptKilled';

  constructor() {
    super('A test has killed this attempt.');
  }
}

const observers = new AsyncLocalStorage<AttemptObserver>();

export function observing<Result>(observer: AttemptObserver, run: () => Promise<Result>): Promise<Result> {
  return observers.run(observer, run);
}

/** Who watches the calling code's attempt; undefined outside of tests. */
export function currentObserver(): AttemptObserver | undefined {
  return observers.getStore();
}
