/**
 * A heartbeat without a cursor: says that the attempt is alive, and counts the same error over attempts.
 *
 * Y1  A lost worker is noticed after the heartbeat timeout, however long the work may take.
 * Y2  The same error `maximumSameErrors` times in a row ends the run; progress forgets it, an outage isn't counted.
 */
import { z } from 'zod';
import type { JsonValue } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { type ErrorRule, errorMessage, errorToThrow } from './same-error-limit.js';
import { HeartbeatStore } from './stores/heartbeat.js';

const livenessSchema = z.object({
  type: z.literal('leftoff.liveness'),
  error: z.object({ message: z.string(), times: z.number() }).nullable(),
});

type CountedError = z.infer<typeof livenessSchema>['error'];

export class Liveness {
  readonly #beat: HeartbeatStore;
  #error: CountedError;

  constructor(attempt: ActivityAttempt) {
    this.#error =
      attempt.heartbeatDetails == null ? null : livenessSchema.parse(attempt.heartbeatDetails).error;
    this.#beat = new HeartbeatStore({
      attempt,
      every: Number.POSITIVE_INFINITY,
      details: () => ({ type: 'leftoff.liveness', error: this.#error }),
    });
  }

  progressed(): void {
    this.#error = null;
  }

  /** Counts an error (Y2). @returns what to throw for it; `details` go into the failure that ends the run */
  failed(thrown: unknown, { isOutage }: ErrorRule, details: { readonly cursor: JsonValue }): unknown {
    const message = errorMessage(thrown);
    const times = isOutage?.(thrown) ? 0 : this.#error?.message === message ? this.#error.times + 1 : 1;
    if (times > 0) this.#error = { message, times };
    this.#beat.flush();
    return errorToThrow(thrown, times, details);
  }

  close(): void {
    this.#beat.close();
  }
}
