/**
 * A step's Activity that has no items: a count, a report. Kept alive, and its errors counted, as a batch's are.
 *
 * O1  It may run again when its worker is lost: it must be a question, or have its effect once.
 */
import { currentAttempt, isStopItself } from './activity-attempt.js';
import type { ErrorRule } from './error-policy.js';
import { Liveness } from './liveness.js';
import { WorkMeter } from './work-meter.js';

/** Runs the work inside the calling Activity. @throws what it throws, and after the same error too often a failure that ends the run */
export async function workOnce<Result>(work: () => Promise<Result>, rule: ErrorRule = {}): Promise<Result> {
  const attempt = currentAttempt();
  const meter = new WorkMeter(attempt, { work: { pattern: 'step', step: attempt.activityType } });
  const liveness = new Liveness(attempt, meter);
  try {
    await liveness.assertGetsFurther({ cursor: null });
    try {
      return await work();
    } catch (thrown) {
      if (isStopItself(thrown, attempt)) {
        liveness.ended();
        throw thrown;
      }
      throw liveness.failed(thrown, rule, { cursor: null });
    }
  } finally {
    liveness.close();
  }
}
