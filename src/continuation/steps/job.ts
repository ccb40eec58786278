/**
 * What a step-style job works with: `job.step(name, body)`, and inside a step its cursor (`step.ts`).
 *
 * J1  A completed step is skipped and its recorded result returned; the step in progress gets its last cursor.
 * J2  Code outside steps runs again in every execution.
 * J3  A checkpoint before a step happens only where this execution has advanced; there is none after the last step.
 * J4  A step's result is kept exactly, bigint and Date too. It is the same in the execution that computed it and in later
 *     ones: a frozen copy.
 * J5  What the library fails a run for holds, as an interruption does: a job that catches it can clean up, and not go on.
 *
 * @see rails activejob/lib/active_job/continuation.rb, whose promises these are.
 */
import type { ApplicationFailure } from '@temporalio/workflow';
import type { Counts, InterruptionReason } from '../checkpoint.js';
import { type Cursor, decodeValue, encodeValue, InvalidCursorError, type JsonValue } from '../cursor.js';
import { invalidStep } from './continuation-errors.js';
import type { RunEvents } from './run-events.js';
import type { RunLedger } from './run-ledger.js';
import {
  encodeStepCursor,
  type StartedStep,
  type Step,
  StepInProgress,
  type StepSurroundings,
} from './step.js';

export { maximumFruitlessInterruptions } from './step.js';

/** A literal's type is too narrow for a cursor that moves on from it: `start: 0` means any number. */
type Widened<C extends Cursor> = C extends number
  ? number
  : C extends string
    ? string
    : C extends bigint
      ? bigint
      : C extends boolean
        ? boolean
        : C;

export interface StepOptions<C extends Cursor> {
  /** Gives the step an execution of its own: it continues as new before, and before the step after it. Default: false. */
  readonly isolated?: boolean;
  /** The position after another one, for `advance`; integers and bigints need none. */
  readonly next?: (cursor: C) => C;
}

export interface StartedStepOptions<C extends Cursor, Start extends Cursor = C> extends StepOptions<C> {
  /** The cursor before it was moved, at the step's first beginning. */
  readonly start: Start;
}

export interface Job {
  /**
   * Runs a step, once per run.
   *
   * @throws what its body throws. InvalidStepError for a duplicate, nested, concurrent, renamed or reordered step, or one
   * after a step that failed: the run fails, and keeps its progress.
   */
  step<R, C extends Cursor = Cursor>(name: string, body: (step: Step<C>) => Promise<R>): Promise<R>;
  step<R, Start extends Cursor>(
    name: string,
    options: StartedStepOptions<Widened<Start>, Start>,
    body: (step: StartedStep<Widened<Start>>) => Promise<R>,
  ): Promise<R>;
  step<R, C extends Cursor = Cursor>(
    name: string,
    options: StepOptions<C> & { readonly start?: never },
    body: (step: Step<C>) => Promise<R>,
  ): Promise<R>;
  /** Adds to the run's counts. */
  count(counts: Counts): void;
  /** Says how many items the run selects, for progress and ETA. */
  expect(total: number): void;
  /**
   * Work that is started before a checkpoint and awaited after it: `const report = job.alongside(() => write());`.
   *
   * Continue-as-new waits for its end, whatever that is, and an error in it does no harm where the job, interrupted
   * meanwhile, never comes to await it. Activities are waited for without it, too, but not such an error of theirs; a
   * child Workflow's result is not waited for without it.
   */
  alongside<R>(work: () => Promise<R>): Promise<R>;
}

/** What a job needs from the Workflow around it. */
export interface JobSurroundings {
  readonly events: RunEvents;
  readonly maxResumptions: number | null;
  readonly interrupted: boolean;
  halt(): Promise<never>;
  /** Asks whether to stop; if so, the returned promise never settles. */
  checkpoint(): Promise<void>;
  /** Stops here. */
  interrupt(reason: InterruptionReason): Promise<never>;
  /** Something changed that an onlooker should see. */
  changed(): void;
  /** A durable timer. */
  wait(ms: number): Promise<void>;
  /** Milliseconds of Workflow time. */
  now(): number;
  alongside<R>(work: () => Promise<R>): Promise<R>;
}

type Body<C extends Cursor, R> = (step: StartedStep<C>) => Promise<R>;

interface AnyStepOptions<C extends Cursor> extends StepOptions<C> {
  readonly start?: Cursor;
}

export class ContinuableJob implements Job {
  readonly #ledger: RunLedger;
  readonly #surroundings: JobSurroundings;
  #failure: ApplicationFailure | null = null;

  constructor(ledger: RunLedger, surroundings: JobSurroundings) {
    this.#ledger = ledger;
    this.#surroundings = surroundings;
  }

  /** What the library fails the run with, whatever the body made of it (J5); null: nothing. */
  get failure(): ApplicationFailure | null {
    return this.#failure;
  }

  step<R, C extends Cursor>(
    name: string,
    ...how: [Body<C, R>] | [AnyStepOptions<C>, Body<C, R>]
  ): Promise<R> {
    return how.length === 1 ? this.#step(name, {}, how[0]) : this.#step(name, how[0], how[1]);
  }

  count(counts: Counts): void {
    this.#ledger.count(counts);
    this.#surroundings.changed();
  }

  expect(total: number): void {
    this.#ledger.expectTotal(total);
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
    const { events, interrupted, halt, interrupt, checkpoint, now } = this.#surroundings;
    if (interrupted) return halt();
    if (this.#ledger.advanced) await checkpoint();
    const begun = this.#ledger.startStep(name, { ...this.#startingAt(start), isolated, now: now() });
    switch (begun.kind) {
      case 'invalid':
        return this.#fail(invalidStep(begun.problem));
      case 'isolated':
        return interrupt('isolated step');
      case 'completed':
        events.skipped(name);
        return begun.result === undefined ? nothing<R>() : decodeValue<R>(begun.result);
      case 'started':
        events.started(this.#about(name));
        break;
      case 'resumed':
        events.resumed(this.#about(name));
        break;
    }
    this.#surroundings.changed();
    const step = new StepInProgress<C>(name, {
      ledger: this.#ledger,
      surroundings: this.#stepSurroundings(),
      resumed: begun.kind === 'resumed',
      next,
    });
    return this.#run(step, body);
  }

  async #run<R, C extends Cursor>(step: StepInProgress<C>, body: Body<C, R>): Promise<R> {
    const { events, now, changed } = this.#surroundings;
    const { name } = step;
    let record: JsonValue | undefined;
    let result: R;
    try {
      result = await body(step);
      step.end();
      record = this.#recordOf(name, result);
    } catch (error) {
      step.abandon();
      this.#ledger.failStep();
      // What a body does after an interruption is of no consequence, and so no news.
      if (!this.#surroundings.interrupted) events.failed(this.#about(name), error);
      throw error;
    }
    const about = this.#about(name);
    const startedAt = this.#ledger.current?.startedAt ?? null;
    this.#ledger.completeStep(name, record);
    events.completed(about, startedAt === null ? null : (now() - startedAt) / 1_000);
    changed();
    return record === undefined ? result : decodeValue<R>(record);
  }

  #recordOf(step: string, result: unknown): JsonValue | undefined {
    if (result === undefined) return undefined;
    return encodeResult(`the result of step '${step}'`, result, (failure) => this.#fail(failure));
  }

  #startingAt(start: Cursor | undefined) {
    if (start === undefined) return {};
    return { start: encodeStepCursor(start, (failure) => this.#fail(failure)) };
  }

  #about(step: string) {
    return { step, cursor: this.#ledger.cursor };
  }

  #stepSurroundings(): StepSurroundings {
    const surroundings = this.#surroundings;
    return {
      ...surroundings,
      get interrupted() {
        return surroundings.interrupted;
      },
      fail: (failure) => this.#fail(failure),
      throwIfFailed: () => this.#throwIfFailed(),
    };
  }

  #fail(failure: ApplicationFailure): never {
    this.#failure ??= failure;
    throw this.#failure;
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

/** A step's or a job's result as it is kept. @throws what `fail` does, for what JSON can't carry */
export function encodeResult(
  whose: string,
  result: unknown,
  fail: (failure: ApplicationFailure) => never,
): JsonValue {
  try {
    return encodeValue(result, whose);
  } catch (error) {
    if (error instanceof InvalidCursorError) return fail(invalidStep(error.message));
    throw error;
  }
}

/** What a body returned that returned nothing: JSON has no word for it. */
function nothing<R>(): R {
  return JSON.parse('[]')[0];
}
