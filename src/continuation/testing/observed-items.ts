/** What tests see of items: which were done, how often, and whether one more may be. */

import type { EncodedCursor } from '../cursor.js';
import type { AttemptObserver } from '../iteration/attempt-observer.js';

/** How an execution is to end early: after this many items, as a worker that shuts down, or as one that is killed. */
export type PlannedEnd =
  | { readonly stopAfter: number }
  | { readonly killAfter: number }
  /** To its end, whatever that is. */
  | 'undisturbed';

export class ObservedItems {
  readonly #visits = new Map<string, number>();

  /** How often each item was done, by its cursor's JSON, in the order of their first visits. */
  get visits(): ReadonlyMap<string, number> {
    return this.#visits;
  }

  /** Items done again, each time counted: what a resume met that was done already. */
  get revisits(): number {
    let revisits = 0;
    for (const times of this.#visits.values()) revisits += times - 1;
    return revisits;
  }

  /** Watches one execution. @param killed what a killed execution waits for: a promise that never resolves */
  observe(end: PlannedEnd, killed: () => Promise<void>): AttemptObserver {
    const stopAfter = end !== 'undisturbed' && 'stopAfter' in end ? end.stopAfter : Number.POSITIVE_INFINITY;
    const killAfter = end !== 'undisturbed' && 'killAfter' in end ? end.killAfter : Number.POSITIVE_INFINITY;
    let done = 0;
    let isKilled = false;
    return {
      itemDone: (cursor: EncodedCursor) => {
        const name = JSON.stringify(cursor);
        this.#visits.set(name, (this.#visits.get(name) ?? 0) + 1);
        done += 1;
        isKilled = done >= killAfter;
        return isKilled ? killed() : null;
      },
      wantsToStop: () => done >= stopAfter,
      isKilled: () => isKilled,
    };
  }
}
