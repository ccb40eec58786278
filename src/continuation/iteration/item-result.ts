/**
 * What one item's work may say when it returns: nothing (it is done), how it counts, or that the whole run is to end here.
 *
 * R1  A result is a value, not an exception: no `catch` of a job's own can swallow it.
 * R2  An item that ends its run is not done itself: it isn't counted, and with `abort.retry` it is met again.
 *
 * @see job-iteration `throw(:abort)`, `throw(:abort, :skip_complete_callbacks)`
 */
import type { Counts } from '../checkpoint.js';

/** Ends the run before this item. */
export type Abort =
  | { readonly abort: 'complete' }
  | { readonly abort: 'stop' }
  | { readonly abort: 'retry'; readonly waitMs: number };

export type ItemResult = Counts | Abort;

const words: ReadonlySet<unknown> = new Set<Abort['abort']>(['complete', 'stop', 'retry']);

export const abort = {
  /** The run is completed here: `onComplete` runs. In a step's batch the step ends, as by `stop`, and the job goes on. */
  complete: (): Abort => ({ abort: 'complete' }),
  /** The run ends here, without `onComplete`. */
  stop: (): Abort => ({ abort: 'stop' }),
  /**
   * The run leaves its worker, waits in its Workflow by a durable timer, and meets this item again.
   *
   * @throws RangeError where that is no number of milliseconds: a Workflow could not wait for it
   */
  retry: ({ afterMs }: { readonly afterMs: number }): Abort => ({
    abort: 'retry',
    waitMs: wholeWait(afterMs, 'abort.retry'),
  }),
} as const;

/** An item that was done before, and had no second effect. */
export const revisit: Counts = { processed: 1, failed: 0, revisited: 1 };

/** Milliseconds as a Workflow's timer and its history take them. @throws RangeError for what is none, from 0 up */
export function wholeWait(ms: number, whose: string): number {
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  throw new RangeError(`${whose} is to wait for ${ms}; it must be a number of milliseconds from 0 up.`);
}

export function isAbort(result: unknown): result is Abort {
  // By its words: an AbortController has an `abort` as well.
  return typeof result === 'object' && result !== null && 'abort' in result && words.has(result.abort);
}

export function isCounts(result: unknown): result is Counts {
  return (
    typeof result === 'object' &&
    result !== null &&
    'processed' in result &&
    'failed' in result &&
    'revisited' in result
  );
}
