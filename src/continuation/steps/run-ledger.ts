/**
 * What a run has done so far, over all its executions: pure data and rules, no Temporal.
 *
 * L1  A completed step's result is kept and never computed again.
 * L2  Steps come in the order they came before (`step-order.ts`).
 * L3  Counts, cursor and resumptions survive continue-as-new exactly: `carry` and the next ledger's start are inverse.
 * L4  Progress of an execution is a completed step, or a cursor other than the one that this execution found.
 * L5  Errors are counted by what they say and where; another place forgets them. Starting over forgets all but
 *     the generation, which a fence needs to rise, and what has happened as a fact: checkpoints and resumptions.
 * L6  What a step counts by itself is held back until its cursor moves or it ends, and dropped where it fails or is left
 *     before: it will be counted again.
 */
import { type AppliedBatch, applyBatch } from '../apply-batch.js';
import type { Batch, BatchStart, Counts, RunProgress, RunResult } from '../checkpoint.js';
import { addCounts, noCounts, tallyOf, tallyResumption } from '../checkpoint.js';
import { type Cursor, type EncodedCursor, type JsonValue, sameCursor } from '../cursor.js';
import {
  type CarriedContinuation,
  type CompletedStep,
  type Continuation,
  type ContinuationReason,
  type CurrentStep,
  type ErrorAtPlace,
  firstExecution,
  type PlannedInterruption,
  readContinuation,
} from './continuation.js';
import { sinceOf, withAllItsTries, withNothingDone } from './next-execution.js';
import { bytesOf } from './result-limits.js';
import { StepOrder } from './step-order.js';
import type { StepBeginning, StepStart } from './step-start.js';

export class RunLedger {
  readonly #order: StepOrder;
  #state: Continuation;
  /** The cursor that this execution found in the step in progress. */
  #found: EncodedCursor | null;
  /** Not yet among the run's counts (L6). */
  #held: Counts = noCounts;
  #resultBytes: number;
  #completedOne = false;
  #isolating = false;

  /** @param chain what stores tell runs apart by, for a run that carries none yet: see `Continuation.chain` */
  constructor(carried: CarriedContinuation | null = null, chain: string | null = null) {
    const continuation = readContinuation(carried);
    this.#state = { ...continuation, chain: continuation.chain ?? chain };
    this.#order = new StepOrder(this.#state);
    this.#found = this.cursor;
    this.#resultBytes = this.#state.completed.reduce((sum, { result }) => sum + bytesOf(result), 0);
  }

  /** Whether this execution has made progress (L4): a checkpoint alone is none. */
  get advanced(): boolean {
    return this.#completedOne || this.stepAdvanced;
  }

  /** Whether this execution has moved the cursor of the step in progress. */
  get stepAdvanced(): boolean {
    return !sameCursor(this.cursor, this.#found);
  }

  get cursor(): EncodedCursor | null {
    return this.#state.current?.cursor ?? null;
  }

  get lastCursor(): EncodedCursor | null {
    return this.#state.lastCursor;
  }

  get current(): CurrentStep | null {
    return this.#state.current;
  }

  get fruitless(): number {
    return this.#state.current?.fruitless ?? 0;
  }

  /** Why the execution before this one ended. */
  get reason(): ContinuationReason | null {
    return this.#state.reason;
  }

  get restarts(): number {
    return this.#state.restarts;
  }

  /** Resumptions that count for a limit: not those before the run was started again by hand. */
  get resumptions(): number {
    return this.#state.resumptionCount - this.#state.forgivenResumptions;
  }

  /** A test's interruptions that were not met yet. */
  get unmet(): readonly PlannedInterruption[] {
    return this.#state.interruptAt ?? [];
  }

  /** Whether a step's body runs now. */
  get stepOpen(): boolean {
    return this.#order.open !== null;
  }

  /** The step of this name, if it was completed. */
  completed(name: string): CompletedStep | null {
    return this.#state.completed.find((step) => step.name === name) ?? null;
  }

  /** What the results of completed steps have in bytes, as JSON. */
  get resultBytes(): number {
    return this.#resultBytes;
  }

  /** Opens the step of this name, or says why it isn't opened (L2). */
  startStep(name: string, { start, isolated = false, now }: StepBeginning = {}): StepStart {
    const problem = this.#order.problemWith(name);
    if (problem !== null) return { kind: 'invalid', problem };
    const retried = this.#order.isRetry(name);
    const done = retried ? null : this.#order.recorded();
    if (done !== null) {
      this.#order.skip(name);
      return done.result === undefined ? { kind: 'completed' } : { kind: 'completed', result: done.result };
    }
    this.#isolating ||= isolated;
    if (this.#isolating && this.advanced && !retried) return { kind: 'isolated' };
    this.#order.start(name);
    if (this.#state.current?.name === name) return { kind: 'resumed' };
    const cursor = start ?? null;
    const current = {
      ...{ name, cursor, interrupted: false, fruitless: 0, startedAt: now ?? null },
      ...sinceOf(this.#state.lostSince),
    };
    this.#found = cursor;
    this.#state = { ...this.#state, current };
    return { kind: 'started' };
  }

  /** @param result encoded; undefined: the body returned nothing */
  completeStep(name: string, result?: JsonValue): void {
    const completed = result === undefined ? { name } : { name, result };
    this.#resultBytes += bytesOf(result);
    this.#countHeld();
    this.#state = {
      ...this.#state,
      completed: [...this.#state.completed, completed],
      current: null,
      error: null,
    };
    this.#order.complete();
    this.#found = null;
    this.#completedOne = true;
  }

  /** Its body threw: it stays in progress. */
  failStep(): void {
    this.#held = noCounts;
    this.#order.fail();
  }

  /** Moves the open step's cursor. Setting the same position again is no progress. */
  setCursor(cursor: EncodedCursor): void {
    const current = this.#openStep();
    const moved = !sameCursor(cursor, current.cursor);
    this.#countHeld();
    this.#state = {
      ...this.#state,
      checkpoints: this.#state.checkpoints + 1,
      lastCursor: cursor,
      current: {
        ...standing(current, moved ? null : current.keptBy),
        cursor,
        fruitless: moved ? 0 : current.fruitless,
      },
    };
  }

  /** Counts with the next move of the cursor, or the step's end (L6). */
  count(counts: Counts): void {
    this.#held = addCounts(this.#held, counts);
  }

  expectTotal(total: number): void {
    this.#state = { ...this.#state, total };
  }

  /** Where the open step's next batch starts; each one that is scheduled raises the generation. */
  scheduleBatch<C extends Cursor>(): BatchStart<C> {
    const current = this.#openStep();
    const { name: step, cursor } = current;
    const generation = this.#state.generation + 1;
    const since = current.batchesSince ?? generation;
    this.#state = { ...this.#state, generation, current: { ...current, batchesSince: since } };
    const { keptBy, cadence } = current;
    return {
      ...{ step, cursor, chain: this.#state.chain ?? '', generation, since },
      ...(keptBy === undefined ? {} : { keptBy }),
      ...(cadence === undefined ? {} : { cadence }),
    };
  }

  /**
   * What the store keeps of the step in progress is to be cleared, by a batch that does nothing else. Whoever goes on with the
   * step all the same goes on at its cursor.
   */
  scheduleClearing<C extends Cursor>(): BatchStart<C> {
    if (this.#state.current === null) throw new Error('No step is in progress.');
    const { keptBy: _, ...current } = this.#state.current;
    const generation = this.#state.generation + 1;
    this.#state = { ...this.#state, generation, current };
    const { name: step, cursor } = current;
    return { step, cursor, chain: this.#state.chain ?? '', generation, cleanUp: true };
  }

  /** What is scheduled from here on is later than this generation, of which a store knows and this history doesn't. */
  overtake(generation: number): void {
    this.#state = { ...this.#state, generation: Math.max(this.#state.generation, generation) };
  }

  /**
   * Takes in what a batch Activity reports: counts, resumption, cursor. Says what it was.
   *
   * @param costMs what its checkpoint cost; null: not measured
   */
  recordBatch(batch: Batch, costMs: number | null = null): AppliedBatch<CurrentStep & Continuation> {
    const current = this.#openStep();
    const { cadence } = batch;
    this.#countHeld();
    const applied = applyBatch({ ...this.#state, ...current }, batch);
    const { cursor, interrupted } = applied.standing;
    const fruitless = applied.fruitless ? current.fruitless + 1 : applied.moved ? 0 : current.fruitless;
    this.#state = {
      ...this.#state,
      ...tallyOf(applied.standing),
      lastCursor: applied.checkpoint ? cursor : this.#state.lastCursor,
      current: {
        ...standing(current, applied.moved ? batch.store : current.keptBy),
        cursor,
        interrupted,
        fruitless,
        ...(cadence === undefined ? {} : { cadence: { ...cadence, costMs } }),
      },
    };
    return applied;
  }

  /** Whether a test wants an interruption at this checkpoint; one that is met is consumed. */
  meetPlanned(): boolean {
    const { current, completed } = this.#state;
    const met = this.unmet.findIndex((planned) =>
      planned.kind === 'during'
        ? planned.step === current?.name && (planned.at === undefined || sameCursor(planned.at, this.cursor))
        : current === null && planned.step === completed.at(-1)?.name,
    );
    if (met < 0) return false;
    this.#state = { ...this.#state, interruptAt: this.unmet.filter((_, i) => i !== met) };
    return true;
  }

  /** Counts an error at the place where the run is (L5). */
  countError({ type, message }: { readonly type: string; readonly message: string }): ErrorAtPlace {
    const before = this.#state.error;
    const step = this.#state.current?.name ?? null;
    const here = before !== null && before.step === step && sameCursor(before.cursor, this.cursor);
    const same = here && before.type === type && before.message === message;
    const error: ErrorAtPlace = {
      type,
      message,
      step,
      cursor: this.cursor,
      times: same ? before.times + 1 : 1,
      inARow: here ? before.inARow + 1 : 1,
    };
    this.#state = { ...this.#state, error };
    return error;
  }

  /** Counts that the work is picked up again after an error. */
  resumeAfterError(): void {
    const resumedAfter = this.cursor;
    const source = resumedAfter === null ? 'start' : 'history';
    this.#state = tallyResumption(this.#state, { resumedAfter, source, attempt: 1, revisited: 0 });
  }

  /** Why the job may not end now (L2); null: it may. */
  problemAtEnd(): string | null {
    return this.#order.problemAtEnd();
  }

  /** What the next execution of the chain starts from. */
  carry(reason: ContinuationReason = 'history limit'): Continuation {
    return { ...this.#state, executions: this.#state.executions + 1, reason };
  }

  /** What the next execution starts from where nothing that was done counts any more (L5). */
  carryNothing(): Continuation {
    return withNothingDone(this.#state);
  }

  /** What a failed run keeps, for whoever starts it again. */
  keep(): Continuation {
    return withAllItsTries(this.#state);
  }

  /**
   * For a step that cleans up after a cancellation: it has no place in the run's order, and what it does is not kept. The
   * generation goes on, for stores.
   */
  forCleanUp(): RunLedger {
    const { chain, generation } = this.#state;
    return new RunLedger({ ...firstExecution, chain, generation });
  }

  progress(): RunProgress {
    const { current, executions } = this.#state;
    const { resumptions: _, ...tally } = tallyOf(this.#state);
    return { ...tally, step: current?.name ?? null, cursor: this.cursor, executions };
  }

  result(result: JsonValue): RunResult {
    const { lastCursor: cursor, executions } = this.#state;
    return { ...tallyOf(this.#state), cursor, executions, result };
  }

  #countHeld(): void {
    this.#state = { ...this.#state, counts: addCounts(this.#state.counts, this.#held) };
    this.#held = noCounts;
  }

  #openStep(): CurrentStep {
    const current = this.#state.current;
    if (current === null || this.#order.open === null)
      throw new Error('A cursor is set inside a step, and no step is open.');
    return current;
  }
}

/**
 * The step as its cursor is known from here on: what a store has of batches before is in the run's own state, or void.
 *
 * @param keptBy the store through which the step got to its cursor, if any
 */
function standing(step: CurrentStep, keptBy: string | null | undefined): CurrentStep {
  const { batchesSince: _, keptBy: __, ...current } = step;
  return keptBy == null ? current : { ...current, keptBy };
}
