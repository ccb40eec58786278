/**
 * The step in progress, as its body works with it.
 *
 * S1  A cursor that is handed out is decoded and deeply frozen. What a cursor means (the last item done, or the next one to
 *     do) is the body's to say; batches resume strictly after it.
 * S2  `set` refuses what JSON can't carry, copies, then makes a checkpoint: an interruption happens there or not at all.
 * S3  A cursor that was changed in place, the one handed out or the one given to `set`, fails the run at the next checkpoint,
 *     `set` or `advance`, or at the step's end: it would be lost, and nobody would see it. To set the very position that it
 *     was changed to is no mistake.
 * S4  Batches that are cancelled meet no limit of fruitless ones or of resumptions: their run ends as cancelled. Those that clean
 *     up after it do, or they would go on for ever.
 * S5  When a body has ended its step has no more say: a branch that was left behind can't move another step's cursor.
 *
 * @see rails activejob/lib/active_job/continuation/step.rb
 */
import { type ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Batch, BatchStart } from '../checkpoint.js';
import { type Cursor, decodeValue, type EncodedCursor } from '../cursor.js';
import { cancelledForGood } from './cancelled-for-good.js';
import {
  cursorChangedInPlace,
  invalidBatchCursor,
  invalidStep,
  noProgress,
  resumeLimit,
  unadvanceableCursor,
} from './continuation-errors.js';
import type { RunControl } from './control.js';
import type { LaterRule } from './later-rules.js';
import { maximumRefusals, refusedBy } from './overtaking.js';
import { type RunEvents, stopOf } from './run-events.js';
import type { RunLedger } from './run-ledger.js';
import {
  describeType,
  encodeStepCursor,
  hasChanged,
  isEncoded,
  isNow,
  oneMore,
  type Watched,
} from './step-cursor.js';

/** Batches in a row without progress after which a run fails instead of looping. */
export const maximumFruitlessInterruptions = 10;

/** The longest that a cancelled run waits for its store to be cleared. */
const clearingLimitMs = 15_000;

/** The step in progress. What takes a cursor is a property: the compiler compares those, unlike methods, strictly. */
export interface Step<C extends Cursor> {
  readonly name: string;
  /** Where it is: what was set last, in whichever execution; null: nothing was yet. Frozen. */
  readonly cursor: C | null;
  /** Whether it was begun before: in an earlier execution, or in this one, where its body threw. */
  readonly resumed: boolean;
  /** Whether its cursor differs from the one that this execution found. */
  readonly advanced: boolean;
  /** Moves the cursor, then makes a checkpoint. @throws InvalidCursorError, CursorTooLargeError: the run fails */
  readonly set: (cursor: C) => Promise<void>;
  /**
   * Moves the cursor to the next position after `from`, or after itself: one more for an integer or a bigint, what the
   * step's `next` says for others. Then makes a checkpoint.
   *
   * @throws UnadvanceableCursorError, naming the cursor's type: the run fails
   */
  readonly advance: (from?: C) => Promise<void>;
  /** Asks whether to stop, and stops here if so. No progress by itself. */
  checkpoint(): Promise<void>;
  /**
   * Takes in a batch Activity's report (counts, cursor, resumption), waits if it says so, then makes a checkpoint unless
   * it was the last.
   *
   * @throws NoProgressError after too many in a row that brought none; ResumeLimitError; InvalidCursorError for a cursor that
   * was not encoded. The run fails.
   */
  readonly record: (batch: Batch<C>) => Promise<void>;
  /**
   * Schedules batches and records them, until one says that it is the last.
   *
   * @param next hands its argument to the Activity, whose report it returns
   * @throws what `next` throws, and what `record` does
   */
  readonly batches: (next: (from: BatchStart<C>) => Promise<Batch<C>>) => Promise<void>;
}

/** A step with a `start`: it always has a cursor. */
export interface StartedStep<C extends Cursor> extends Step<C> {
  readonly cursor: C;
}

/** What a step needs from the job around it. */
export interface StepSurroundings {
  readonly events: Pick<RunEvents, 'pickedUp' | 'interrupted' | 'checkpointed'>;
  /** See `maxResumptions` of FailureRules. */
  readonly maxResumptions: number | null;
  /** Whether the run is interrupted. */
  readonly interrupted: boolean;
  /** Whether whoever asks is cancelled: with the run, or a scope of the job's own; a clean-up (`nonCancellable`) is not. */
  readonly cancelledHere: boolean;
  /** Whether this execution has the rule here. */
  holdsHere(rule: LaterRule): boolean;
  /** Never settles: for what an interrupted body still tries to do. */
  halt(): Promise<never>;
  /** Asks whether to stop; if so, the returned promise never settles. */
  checkpoint(): Promise<void>;
  /** Something changed that an onlooker should see. */
  changed(): void;
  /** What an operator asked. */
  readonly control: Pick<RunControl, 'stoppable' | 'isOwnStop' | 'hold' | 'sleep'>;
  /** Milliseconds of Workflow time. */
  now(): number;
  /** Fails the run with this, whatever the body does about it. */
  fail(failure: ApplicationFailure): never;
  /** Throws again what the run fails with; nothing if it doesn't. */
  throwIfFailed(): void;
}

interface StepParts<C extends Cursor> {
  readonly ledger: RunLedger;
  readonly surroundings: StepSurroundings;
  readonly resumed: boolean;
  readonly next: ((cursor: C) => C) | undefined;
}

export class StepInProgress<C extends Cursor> implements StartedStep<C> {
  readonly resumed: boolean;
  readonly #ledger: RunLedger;
  readonly #surroundings: StepSurroundings;
  readonly #next: ((cursor: C) => C) | undefined;
  #handedOut: Watched<C> | null = null;
  #given: Watched<C> | null = null;
  #ended = false;
  #clearing: (() => Promise<void>) | null = null;
  /** When the batch under way was scheduled, by Workflow time. */
  #scheduledAtMs: number | null = null;

  constructor(
    readonly name: string,
    { ledger, surroundings, resumed, next }: StepParts<C>,
  ) {
    this.resumed = resumed;
    this.#ledger = ledger;
    this.#surroundings = surroundings;
    this.#next = next;
  }

  /** Null where nothing was set and the step has no `start`, as the type that its body sees says. */
  get cursor(): C {
    const encoded = this.#ledger.cursor;
    if (encoded === null) return decodeValue<C>(null);
    if (this.#handedOut?.encoded !== encoded) this.#handedOut = { cursor: decodeValue<C>(encoded), encoded };
    return this.#handedOut.cursor;
  }

  get advanced(): boolean {
    return this.#ledger.stepAdvanced;
  }

  async set(cursor: C): Promise<void> {
    if (this.#isOver()) return this.#surroundings.halt();
    const encoded = this.#encode(cursor);
    this.#refuseLostChange(encoded);
    this.#ledger.setCursor(encoded);
    this.#surroundings.events.checkpointed(this.name, null);
    this.#given = { cursor, encoded };
    this.#handedOut = null;
    this.#surroundings.changed();
    await this.#surroundings.checkpoint();
  }

  async advance(from: C = this.cursor): Promise<void> {
    if (this.#isOver()) return this.#surroundings.halt();
    this.#refuseLostChange(null);
    const to = from !== null && this.#next !== undefined ? this.#next(from) : oneMore(from);
    if (to === null) return this.#surroundings.fail(unadvanceableCursor(this.name, describeType(from)));
    this.#ledger.setCursor(this.#encode(to));
    this.#surroundings.events.checkpointed(this.name, null);
    this.#given = null;
    this.#handedOut = null;
    this.#surroundings.changed();
    await this.#surroundings.checkpoint();
  }

  async checkpoint(): Promise<void> {
    if (this.#isOver()) return this.#surroundings.halt();
    this.#refuseChangeInPlace();
    await this.#surroundings.checkpoint();
  }

  async record(batch: Batch<C>): Promise<void> {
    if (this.#isOver()) return this.#surroundings.halt();
    this.#refuseChangeInPlace();
    this.#refuseUnencoded(batch);
    const seconds = this.#secondsOf(batch);
    // To open its work is what each batch pays as well.
    const costMs = seconds === null ? null : seconds * 1_000 + (batch.openedMs ?? 0);
    const { resumed, checkpoint } = this.#ledger.recordBatch(batch, costMs);
    if (checkpoint) this.#surroundings.events.checkpointed(this.name, seconds);
    this.#scheduledAtMs = null;
    this.#tellStop(batch);
    this.#given = null;
    this.#handedOut = null;
    this.#refuseToLoop(batch, resumed);
    this.#surroundings.changed();
    if (batch.kind === 'finished') return;
    const waitMs = batch.waitMs ?? 0;
    if (waitMs > 0) await this.#surroundings.control.sleep(waitMs);
    await this.#surroundings.checkpoint();
  }

  async batches(next: (from: BatchStart<C>) => Promise<Batch<C>>): Promise<void> {
    let store = this.#ledger.current?.keptBy ?? null;
    // A batch that ends without a report (a lost worker's, or one that waits to be tried again) may have done items of which
    // its store alone knows. One that is asked for when all is cancelled already isn't even scheduled.
    let unreported = false;
    const clean = async () => {
      await next(this.#ledger.scheduleClearing());
    };
    this.#clearing = clean;
    try {
      for (;;) {
        if (this.#isOver() || this.#surroundings.interrupted) return this.#surroundings.halt();
        unreported = !this.#surroundings.cancelledHere;
        let batch: Batch<C>;
        try {
          batch = await this.#surroundings.control.stoppable(() => this.#scheduled(next));
        } catch (error) {
          if (!this.#surroundings.control.isOwnStop(error)) throw error;
          // Stopped before it could report: the same batch again, once the run is unpaused.
          await this.#surroundings.control.hold();
          continue;
        }
        unreported = false;
        store = batch.store ?? null;
        await this.record(batch);
        if (batch.kind === 'finished') break;
      }
      // The step's end is in history now: what a store keeps of it has served.
      if (store !== null) await clean();
    } catch (error) {
      const nobodyComes = () =>
        cancelledForGood() && this.#surroundings.holdsHere('leftoff-cancelled-store-is-cleared');
      if (store !== null && !unreported && isCancellation(error) && nobodyComes())
        await CancellationScope.nonCancellable(() =>
          CancellationScope.withTimeout(clearingLimitMs, clean),
        ).catch(() => undefined);
      throw error;
    }
  }

  /** Clears what a store may have of this step; null: its body asked for no batch. */
  get clearing(): (() => Promise<void>) | null {
    return this.#clearing;
  }

  /** Schedules a batch; one that its own fence refuses, as after a reset, is scheduled again above that (`overtaking.ts`). */
  async #scheduled(next: (from: BatchStart<C>) => Promise<Batch<C>>): Promise<Batch<C>> {
    const { events, now } = this.#surroundings;
    if (this.#ledger.current?.interrupted === true)
      events.pickedUp({ step: this.name, cursor: this.#ledger.cursor });
    this.#scheduledAtMs = now();
    let from = this.#ledger.scheduleBatch<C>();
    for (let refusals = 0; ; refusals += 1) {
      try {
        return await next(from);
      } catch (error) {
        const refused = refusedBy(error);
        if (refused === null || refusals >= maximumRefusals) throw error;
        this.#ledger.overtake(refused);
        from = this.#ledger.scheduleBatch<C>();
      }
    }
  }

  #tellStop({ kind, reason, waitMs = 0 }: Batch): void {
    const { events, cancelledHere: consideredCancelled } = this.#surroundings;
    if (kind === 'interrupted' && reason !== null)
      events.interrupted(this.name, stopOf(reason, { consideredCancelled }));
    else if (waitMs > 0) events.interrupted(this.name, 'throttled');
  }

  /**
   * What a batch's checkpoint took: its way to a worker and back into history, by the server's clock, without its work, by the
   * worker's own. Null where it was tried again, which is no checkpoint's doing.
   */
  #secondsOf({ attempt, workedMs }: Batch): number | null {
    if (this.#scheduledAtMs === null || attempt > 1 || workedMs === undefined) return null;
    return Math.max(0, this.#surroundings.now() - this.#scheduledAtMs - workedMs) / 1_000;
  }

  /** The body returned. @throws InvalidCursorError where its cursor was changed in place (S3) */
  end(): void {
    this.#refuseChangeInPlace();
    this.#ended = true;
  }

  /** The body threw. */
  abandon(): void {
    this.#ended = true;
  }

  /** Whether the run is interrupted and this step's body at its end. @throws what the run fails with, if it does (S5) */
  #isOver(): boolean {
    this.#surroundings.throwIfFailed();
    if (!this.#ended) return false;
    if (this.#surroundings.interrupted) return true;
    return this.#surroundings.fail(
      invalidStep(`step '${this.name}' was used after its body had ended. Await all that the body starts.`),
    );
  }

  #encode(cursor: Cursor): EncodedCursor {
    return encodeStepCursor(cursor, this.#surroundings.fail);
  }

  #refuseChangeInPlace(): void {
    if (hasChanged(this.#given) || hasChanged(this.#handedOut))
      this.#surroundings.fail(cursorChangedInPlace(this.name));
  }

  /** @param to the position that is set instead; one that the change itself led to is no mistake */
  #refuseLostChange(to: EncodedCursor | null): void {
    const changed = [this.#given, this.#handedOut].filter(hasChanged);
    const lost = changed.some((watched) => to === null || watched === null || !isNow(watched.cursor, to));
    if (lost && this.#surroundings.holdsHere('leftoff-changed-in-place-at-set'))
      this.#surroundings.fail(cursorChangedInPlace(this.name));
  }

  /** What `workBatch` reports is encoded; a batch that is written by hand need not be. */
  #refuseUnencoded({ cursor }: Batch): void {
    if (cursor === null || isEncoded(cursor)) return;
    if (this.#surroundings.holdsHere('leftoff-batch-cursor-checked'))
      this.#surroundings.fail(invalidBatchCursor(this.name, cursor));
  }

  #refuseToLoop(batch: Batch, resumed: boolean): void {
    if (batch.reason === 'cancelled' || this.#surroundings.cancelledHere) return;
    const { maxResumptions } = this.#surroundings;
    if (maxResumptions !== null) {
      const { resumptions } = this.#ledger;
      const exceeded = resumed && resumptions > maxResumptions;
      const exhausted = batch.kind === 'interrupted' && resumptions >= maxResumptions;
      if (exceeded || exhausted) this.#surroundings.fail(resumeLimit(maxResumptions));
    }
    const times = maximumFruitlessInterruptions;
    if (this.#ledger.fruitless <= times) return;
    const message = `Step '${this.name}' was interrupted more than ${times} times in a row without getting further.`;
    this.#surroundings.fail(noProgress(message, { cursor: this.#ledger.cursor }));
  }
}
