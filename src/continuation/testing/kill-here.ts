/** A kill at any place of a job's code, not only after an item: in `onStart`, `select`, `onComplete`, in the middle of an item. */
import { currentObserver } from '../iteration/attempt-observer.js';

/** `killHere` was called by code that no played run and no `activityFaults` watches. */
export class NotWatchedError extends Error {
  override readonly name = 'NotWatchedError';

  constructor() {
    super(
      'killHere() was called outside of an execution that can be killed. Call it in what the Activity calls, in a run of iterationRun or batchRun, or on a Worker with the interceptor of activityFaults.',
    );
  }
}

/**
 * Kills the execution that calls this, right here: await it, for what would come next never comes. Nothing is reported, told
 * or flushed; the next execution is the retry. An item's open transaction stays open until its database ends it.
 *
 * @throws NotWatchedError
 */
export async function killHere(): Promise<never> {
  const observer = currentObserver();
  if (observer === undefined) throw new NotWatchedError();
  return observer.kill();
}
