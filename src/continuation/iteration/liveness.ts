/**
 * A step's heartbeat, without a cursor as a rule: says that the attempt is alive, and counts the same error over attempts.
 *
 * Y1  A lost worker is noticed after the heartbeat timeout, however long the work may take.
 * Y2  Errors go by the policy (`error-policy.ts`); progress forgets them, an outage isn't counted.
 * Y3  Attempts that are lost again and again without an item done end the run (`hopeless-attempts.ts`).
 * Y4  Paused by the server, a batch leaves its place here: the attempt after the pause goes on from it.
 */
import { z } from 'zod';
import type { AttemptRecord, Checkpoint } from '../checkpoint.js';
import { attemptRecordSchema, checkpointSchema, jsonValueSchema } from '../checkpoint-schema.js';
import { type JsonValue, sameCursor } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { attemptBegun, attemptEnded, attemptGotFurther, noneInVain } from './attempt-record.js';
import { type ErrorRule, errorMessage, errorToThrow } from './error-policy.js';
import { assertGetsFurther, letFirstHeartbeatLeave } from './hopeless-attempts.js';
import { shorten } from './shorten.js';
import { HeartbeatSender } from './stores/heartbeat-sender.js';
import { endedBy } from './work-item.js';
import type { WorkMeter } from './work-meter.js';

const livenessSchema = z.object({
  type: z.literal('leftoff.liveness'),
  error: z.object({ message: z.string(), times: z.number(), inARow: z.number().optional() }).nullable(),
  /** How the attempts fared; left out by releases before. */
  attempts: attemptRecordSchema.optional(),
  /** Where the attempt began; undefined until it knows. */
  startedAt: jsonValueSchema.optional(),
  /** What a batch had done when the server paused it; marked as that batch's, as in a store. */
  held: checkpointSchema.optional(),
});

const besidePlaceSchema = z.object({ liveness: livenessSchema });

type CountedError = z.infer<typeof livenessSchema>['error'];

export class Liveness {
  readonly #beat: HeartbeatSender;
  readonly #meter: WorkMeter;
  #error: CountedError;
  readonly #isRetry: boolean;
  #attempts: AttemptRecord;
  #startedAt: JsonValue | undefined;
  #held: Checkpoint | undefined;

  constructor(attempt: ActivityAttempt, meter: WorkMeter) {
    this.#meter = meter;
    const before = livenessIn(attempt.heartbeatDetails);
    const place = checkpointSchema.safeParse(attempt.heartbeatDetails).data;
    this.#error = before?.error ?? null;
    const record = before === undefined && place === undefined ? null : recordIn(before, attempt);
    this.#attempts = attemptBegun(record, attempt.attempt);
    this.#beat = new HeartbeatSender({
      attempt,
      every: Number.POSITIVE_INFINITY,
      // An Activity that goes on to an iteration has that one's place here: what is said of this work is put beside it.
      details: () => (place === undefined ? this.#details() : { ...place, liveness: this.#details() }),
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
  async assertGetsFurther(details: { readonly cursor: JsonValue }): Promise<void> {
    const moved = this.#startedAt !== undefined && !sameCursor(this.#startedAt, details.cursor);
    if (moved) this.#attempts = { ...attemptGotFurther(this.#attempts), pending: true };
    this.#startedAt = details.cursor;
    // At once: an attempt that is lost before its first item is to be counted.
    if (this.#isRetry) this.#beat.flush();
    assertGetsFurther(this.#attempts, details);
    if (this.#isRetry) await letFirstHeartbeatLeave(this.#attempts);
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
    this.#attempts = attemptEnded(this.#attempts);
    this.#beat.flush();
  }

  /** @param kept whether a store has it: else a lost worker takes it along, and nothing was gained */
  progressed(kept: boolean): void {
    if (kept) this.#attempts = attemptGotFurther(this.#attempts);
    this.#error = null;
  }

  /** Counts an error (Y2). @returns what to throw for it; `details` go into the failure that ends the run */
  failed(thrown: unknown, rule: ErrorRule, details: { readonly cursor: JsonValue }): unknown {
    const { error, away, decision } = endedBy(thrown, rule);
    // This attempt ends by saying so: the next one is not to count it as lost.
    this.#attempts = attemptEnded(this.#attempts);
    if (!away) this.#count(errorMessage(error));
    this.#meter.failed(error, away ? null : this.#error);
    this.#beat.flush();
    return errorToThrow(error, away ? null : this.#error, decision, details);
  }

  /** The attempt reports its progress instead of this error, which may have passed when the next batch comes there: metrics tell it. */
  passedOn(thrown: unknown, rule: ErrorRule): void {
    const { error, away } = endedBy(thrown, rule);
    this.#meter.failed(error, away ? null : { times: 1 });
  }

  #details() {
    return {
      type: 'leftoff.liveness',
      error: this.#error,
      attempts: this.#attempts,
      startedAt: this.#startedAt,
      ...(this.#held === undefined ? {} : { held: this.#held }),
    };
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

/** What `Liveness` left in the heartbeat, alone or beside an iteration's place; what can't be read is no count. */
function livenessIn(heartbeatDetails: unknown): z.infer<typeof livenessSchema> | undefined {
  const beside = besidePlaceSchema.safeParse(heartbeatDetails).data;
  return beside?.liveness ?? livenessSchema.safeParse(heartbeatDetails).data;
}

/** How the Activity's attempts fared, as far as work without a place was under way when they ended; null: none says. */
export function attemptsHeardOf(heartbeatDetails: unknown): AttemptRecord | null {
  return livenessIn(heartbeatDetails)?.attempts ?? null;
}

/** What a release before left, or an iteration of the same Activity, says nothing of the attempts: they are counted from here. */
function recordIn(
  before: Pick<z.infer<typeof livenessSchema>, 'attempts'> | undefined,
  { attempt }: ActivityAttempt,
): AttemptRecord {
  return before?.attempts ?? noneInVain(attempt - 1);
}
