/**
 * The job of a run in steps (`job.ts`) at work: what becomes of each step, and inside it of its cursor (`step.ts`).
 *
 * J1  A completed step is skipped and its recorded result returned; the step in progress gets its last cursor.
 * J2  Code outside steps runs again in every execution.
 * J3  A checkpoint before a step happens only where this execution has advanced; there is none after the last step.
 * J4  A step's result is kept exactly, bigint and Date too. It is the same in the execution that computed it and in later
 *     ones: a frozen copy.
 * J5  What the library fails a run for holds, as an interruption does: a job that catches it can clean up by Activities, and
 *     neither go on nor wait.
 * J6  An error that the job catches is counted when it calls the step again, by the same rules as one that it lets through.
 * J7  In a cancelled run a step that has no place in the run's order cleans up. Nothing of it is kept, and the run's own steps
 *     stay where they were: the one in progress may still be called, and goes on at its cursor. Once done, a step of either kind
 *     returns its result again, wherever it is called.
 * J8  A run that starts over clears what a store has of the step in progress first: a later run of the same chain, started for
 *     one that was lost, would take it for work that counts. What completed steps had there is gone already.
 *
 * @see rails activejob/lib/active_job/continuation.rb, whose promises these are.
 */
import type { ApplicationFailure } from '@temporalio/workflow';
import type { Counts, InterruptionReason } from '../checkpoint.js';
import { type Cursor, decodeValue, type JsonValue } from '../cursor.js';
import type { ErrorAtPlace } from './continuation.js';
import { invalidStep } from './continuation-errors.js';
import type { RunControl } from './control.js';
import { identifyThrown } from './describe-error.js';
import { encodeResult } from './encode-result.js';
import type { Job, StepOptions } from './job.js';
import type { LaterRule } from './later-rules.js';
import type { RunEvents } from './run-events.js';
import type { RunLedger } from './run-ledger.js';
import { type StartedStep, StepInProgress, type StepSurroundings } from './step.js';
import { encodeStepCursor } from './step-cursor.js';
import type { StepBeginning, StepStart } from './step-start.js';

/** What a job needs from the Workflow around it. */
export interface JobSurroundings {
  readonly events: RunEvents;
  readonly maxResumptions: number | null;
  readonly interrupted: boolean;
  /** Whether the run was cancelled. */
  readonly cancelled: boolean;
  /** Whether whoever asks is cancelled, as a clean-up is not: see `StepSurroundings`. */
  readonly cancelledHere: boolean;
  /** Whether this execution has the rule here. */
  holdsHere(rule: LaterRule): boolean;
  /** What to fail the run with for an error that the job caught and that came too often; null: it may come again. */
  refusalOf(error: ErrorAtPlace, caught: Error): ApplicationFailure | null;
  /** The run fails, whatever its body does about it. */
  failed(failure: ApplicationFailure): void;
  halt(): Promise<never>;
  /** Asks whether to stop; if so, the returned promise never settles. */
  checkpoint(): Promise<void>;
  /** Stops here. */
  interrupt(reason: InterruptionReason): Promise<never>;
  /** Something changed that an onlooker should see. */
  changed(): void;
  /** What an operator asked. */
  readonly control: Pick<RunControl, 'mustHold' | 'stoppable' | 'isOwnStop' | 'hold' | 'sleep'>;
  /** Milliseconds of Workflow time. */
  now(): number;
  alongside<R>(work: () => Promise<R>): Promise<R>;
}

type Body<C extends Cursor, R> = (step: StartedStep<C>) => Promise<R>;

interface AnyStepOptions<C extends Cursor> extends StepOptions<C> {
  readonly start?: Cursor;
}

export class ContinuableJob implements Job {
  /** The run's. */
  readonly #ledger: RunLedger;
  /** Those of steps that clean up (J7), by their names: nobody keeps them. */
  readonly #cleanUps = new Map<string, RunLedger>();
  readonly #surroundings: JobSurroundings;
  #failure: ApplicationFailure | null = null;
  /** Clears what a store may have of the run's step in progress (J8). */
  #clearing: (() => Promise<void>) | null = null;
  /** The errors of steps that failed, until another try, by their ledgers. */
  readonly #lastErrors = new Map<RunLedger, Error>();

  constructor(ledger: RunLedger, surroundings: JobSurroundings) {
    this.#ledger = ledger;
    this.#surroundings = surroundings;
  }

  /** What the library fails the run with, whatever the body made of it (J5); null: nothing. */
  get failure(): ApplicationFailure | null {
    return this.#failure;
  }

  /** Clears what a store may have of the step in progress, as far as this execution asked for batches (J8); null: nothing. */
  get clearing(): (() => Promise<void>) | null {
    return this.#clearing;
  }

  step<R, C extends Cursor>(
    name: string,
    ...how: [Body<C, R>] | [AnyStepOptions<C>, Body<C, R>]
  ): Promise<R> {
    return how.length === 1 ? this.#step(name, {}, how[0]) : this.#step(name, how[0], how[1]);
  }

  count(counts: Counts): void {
    const ledger = this.#ledgerInUse();
    if (!ledger.stepOpen && this.#surroundings.holdsHere('leftoff-counts-in-steps'))
      this.#fail(
        invalidStep(
          'count was called outside of a step, which runs again in every execution. Count inside the step that does the work.',
        ),
      );
    ledger.count(counts);
  }

  expect(total: number): void {
    this.#ledgerInUse().expectTotal(total);
    this.#surroundings.changed();
  }

  alongside<R>(work: () => Promise<R>): Promise<R> {
    return this.#surroundings.alongside(work);
  }

  async #step<R, C extends Cursor>(
    name: string,
    { start, isolated = false, next }: AnyStepOptions<C>,
    body: Body<C, R>,
  ): Promise<R> {
    this.#throwIfFailed();
    const { events, interrupted, halt, interrupt, checkpoint, now, control } = this.#surroundings;
    if (interrupted) return halt();
    if (this.#ledger.advanced) await checkpoint();
    else if (control.mustHold) {
      await control.hold();
      if (this.#surroundings.interrupted) return halt();
    }
    const { ledger, begun } = this.#begin(name, { ...this.#startingAt(start), isolated, now: now() });
    switch (begun.kind) {
      case 'invalid':
        return this.#fail(invalidStep(begun.problem));
      case 'isolated':
        return interrupt('isolated step');
      case 'completed':
        events.skipped(name);
        return begun.result === undefined ? nothing<R>() : decodeValue<R>(begun.result);
      case 'started':
        events.started(aboutStep(name, ledger));
        break;
      case 'resumed':
        this.#countCaught(ledger);
        events.resumed(aboutStep(name, ledger));
        break;
    }
    this.#surroundings.changed();
    const step = new StepInProgress<C>(name, {
      ledger,
      surroundings: this.#stepSurroundings(),
      resumed: begun.kind === 'resumed',
      next,
    });
    return this.#run(step, ledger, body);
  }

  /** Opens the step, in a cancelled run also one that has no place in its order (J7). */
  #begin(name: string, beginning: StepBeginning): { readonly ledger: RunLedger; readonly begun: StepStart } {
    const begun = this.#ledger.startStep(name, beginning);
    // The step in progress is none to begin anew: all that it did would be done again.
    const mayCleanUp = this.#surroundings.cancelled && this.#ledger.current?.name !== name;
    if (begun.kind !== 'invalid' || !mayCleanUp) return { ledger: this.#ledger, begun };
    const ledger = this.#cleanUps.get(name) ?? this.#ledger.forCleanUp();
    this.#cleanUps.set(name, ledger);
    const done = this.#ledger.completed(name) ?? ledger.completed(name);
    if (done !== null) return { ledger, begun: { ...done, kind: 'completed' } };
    return { ledger, begun: ledger.startStep(name, { ...beginning, isolated: false }) };
  }

  /** That of the clean-up under way, or the run's. */
  #ledgerInUse(): RunLedger {
    return [...this.#cleanUps.values()].find(({ stepOpen }) => stepOpen) ?? this.#ledger;
  }

  /** The step is called again after its error was caught (J6). */
  #countCaught(ledger: RunLedger): void {
    const caught = this.#lastErrors.get(ledger);
    this.#lastErrors.delete(ledger);
    if (caught === undefined) return;
    const refusal = this.#surroundings.refusalOf(ledger.countError(identifyThrown(caught)), caught);
    if (refusal !== null) this.#fail(refusal);
  }

  async #run<R, C extends Cursor>(step: StepInProgress<C>, ledger: RunLedger, body: Body<C, R>): Promise<R> {
    const { events, now, changed } = this.#surroundings;
    const { name } = step;
    let record: JsonValue | undefined;
    let result: R;
    try {
      result = await body(step);
      step.end();
      record = this.#recordOf(name, result, ledger.resultBytes);
    } catch (error) {
      step.abandon();
      ledger.failStep();
      if (ledger === this.#ledger) this.#clearing = step.clearing;
      if (error instanceof Error) this.#lastErrors.set(ledger, error);
      else this.#lastErrors.delete(ledger);
      // What a body does after an interruption is of no consequence, and so no news.
      if (!this.#surroundings.interrupted) events.failed(aboutStep(name, ledger), error);
      throw error;
    }
    const about = aboutStep(name, ledger);
    const startedAt = ledger.current?.startedAt ?? null;
    ledger.completeStep(name, record);
    if (ledger === this.#ledger) this.#clearing = null;
    events.completed(about, startedAt === null ? null : (now() - startedAt) / 1_000);
    changed();
    return record === undefined ? result : decodeValue<R>(record);
  }

  #recordOf(step: string, result: unknown, bytesBefore: number): JsonValue | undefined {
    if (result === undefined) return undefined;
    const { holdsHere } = this.#surroundings;
    const encoded = encodeResult(`the result of step '${step}'`, result, { bytesBefore, holdsHere });
    return encoded.kind === 'refused' ? this.#fail(encoded.failure) : encoded.json;
  }

  #startingAt(start: Cursor | undefined) {
    if (start === undefined) return {};
    return { start: encodeStepCursor(start, (failure) => this.#fail(failure)) };
  }

  #stepSurroundings(): StepSurroundings {
    const surroundings = this.#surroundings;
    return {
      ...surroundings,
      get interrupted() {
        return surroundings.interrupted;
      },
      get cancelledHere() {
        return surroundings.cancelledHere;
      },
      fail: (failure) => this.#fail(failure),
      throwIfFailed: () => this.#throwIfFailed(),
    };
  }

  #fail(failure: ApplicationFailure): never {
    this.#failure ??= failure;
    this.#surroundings.failed(this.#failure);
    throw this.#failure;
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

function aboutStep(step: string, ledger: RunLedger) {
  return { step, cursor: ledger.cursor };
}

/** What a body returned that returned nothing: JSON has no word for it. */
function nothing<R>(): R {
  return JSON.parse('[]')[0];
}
