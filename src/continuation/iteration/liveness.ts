/**
 * A step's heartbeat, without a cursor as a rule: says that the attempt is alive, and counts the same error over attempts.
 *
 * Y1  A lost worker is noticed after the heartbeat timeout, however long the work may take.
 * Y2  Errors go by the policy (`error-policy.ts`); progress forgets them, an outage isn't counted.
 * Y3  Attempts that are lost again and again without an item done end the run (`hopeless-attempts.ts`).
 * Y4  Paused by the server, a batch leaves its place here: the attempt after the pause goes on from it.
 */
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointSchema, jsonValueSchema } from '../checkpoint-schema.js';
import { type JsonValue, sameCursor } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { decide, type ErrorRule, errorMessage, errorToThrow, isAway } from './error-policy.js';
import { lostTooOften, maximumLostAttempts } from './hopeless-attempts.js';
import { shorten } from './shorten.js';
import { HeartbeatSender } from './stores/heartbeat-sender.js';
import { ItemFailure } from './work-item.js';

const livenessSchema = z.object({
  type: z.literal('leftoff.liveness'),
  error: z.object({ message: z.string(), times: z.number(), inARow: z.number().optional() }).nullable(),
  /** Attempts in a row that were lost without an item done; left out by releases before. */
  lost: z.number().default(0),
  /** Where the attempt began; undefined until it knows. */
  startedAt: jsonValueSchema.optional(),
  /** What a batch had done when the server paused it; marked as that batch's, as in a store. */
  held: checkpointSchema.optional(),
});

type CountedError = z.infer<typeof livenessSchema>['error'];

export class Liveness {
  readonly #beat: HeartbeatSender;
  #error: CountedError;
  readonly #isRetry: boolean;
  #lost: number;
  #startedAt: JsonValue | undefined;
  #held: Checkpoint | undefined;

  constructor(attempt: ActivityAttempt) {
    // What can't be read holds no place, only a count.
    const before = livenessSchema.safeParse(attempt.heartbeatDetails).data;
    this.#error = before?.error ?? null;
    // The attempt before counts as lost until it says how it ended.
    this.#lost = attempt.attempt > 1 ? (before?.lost ?? 0) + 1 : 0;
    this.#beat = new HeartbeatSender({
      attempt,
      every: Number.POSITIVE_INFINITY,
      details: () => ({
        type: 'leftoff.liveness',
        error: this.#error,
        lost: this.#lost,
        startedAt: this.#startedAt,
        ...(this.#held === undefined ? {} : { held: this.#held }),
      }),
    });
    this.#startedAt = before?.startedAt;
    this.#held = before?.held;
    this.#isRetry = attempt.attempt > 1;
  }

  /**
   * Called when the attempt knows where it begins: further on than the one before, that one was not in vain.
   *
   * @throws NoProgressError, as an ApplicationFailure, where too many attempts were lost (Y3)
   */
  assertGetsFurther(details: { readonly cursor: JsonValue }): void {
    const moved = this.#startedAt !== undefined && !sameCursor(this.#startedAt, details.cursor);
    if (moved) this.#lost = 0;
    this.#startedAt = details.cursor;
    // At once: an attempt that is lost before its first item is to be counted.
    if (this.#isRetry) this.#beat.flush();
    if (this.#lost > maximumLostAttempts) throw lostTooOften(this.#lost, details);
  }

  /** What an attempt before had done when the server paused it; null: nothing. */
  get held(): Checkpoint | null {
    return this.#held ?? null;
  }

  /** The attempt ends, for the server has paused it: its place is kept here (Y4). */
  hold(place: Checkpoint): void {
    this.#held = place;
    this.ended();
  }

  /** The attempt ends, and says so: it isn't lost. */
  ended(): void {
    this.#lost = -1;
    this.#beat.flush();
  }

  progressed(): void {
    this.#lost = 0;
    this.#error = null;
  }

  /** Counts an error (Y2). @returns what to throw for it; `details` go into the failure that ends the run */
  failed(thrown: unknown, rule: ErrorRule, details: { readonly cursor: JsonValue }): unknown {
    const decided = thrown instanceof ItemFailure;
    const error = decided ? thrown.cause : thrown;
    const away = !decided && isAway(error, rule);
    // This attempt ends by saying so: the next one is not to count it as lost.
    this.#lost = -1;
    if (!away) this.#count(errorMessage(error));
    this.#beat.flush();
    const decision = decided ? thrown.decision : decide(undefined, error, null);
    return errorToThrow(error, away ? null : this.#error, decision, details);
  }

  close(): void {
    this.#beat.close();
  }

  #count(words: string): void {
    const message = shorten(words);
    const before = this.#error;
    const times = before?.message === message ? before.times + 1 : 1;
    this.#error = { message, times, inARow: (before?.inARow ?? before?.times ?? 0) + 1 };
  }
}
