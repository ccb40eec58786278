/**
 * What a step-style job works with: `job.step(name, body)` and, inside a step, its cursor.
 *
 * J1  A completed step is skipped and its recorded result returned; the step in progress gets its last cursor.
 * J2  Code outside steps runs again in every execution.
 * J3  A checkpoint before a step happens only where this execution has advanced; there is none after the last step.
 * J4  `set` refuses what JSON can't carry, copies, then makes a checkpoint: an interruption happens there or not at all.
 *
 * @see rails activejob/lib/active_job/continuation.rb, whose promises these are.
 */
import type { Batch, Counts } from '../checkpoint.js';
import { type Cursor, InvalidCursorError, type JsonValue } from '../cursor.js';
import { invalidCursor, invalidStep, noProgress } from './continuation-errors.js';
import type { RunLedger } from './run-ledger.js';

/** Interruptions in a row without progress after which a run fails instead of looping. */
export const maximumFruitlessInterruptions = 10;

/** The step in progress. */
export interface Step<C extends Cursor> {
  /** Resume strictly after this; null: from the beginning. A copy: changing it in place changes nothing. */
  readonly cursor: C | null;
  /** Whether an earlier execution began this step. */
  readonly resumed: boolean;
  /** Moves the cursor, then makes a checkpoint. @throws InvalidCursorError (as an ApplicationFailure that is not retried) */
  set(cursor: C): Promise<void>;
  /** Asks whether to stop, and stops here if so. */
  checkpoint(): Promise<void>;
  /** Takes in a batch Activity's report (counts, cursor, resumption), then makes a checkpoint unless it was the last. */
  record(batch: Batch<C>): Promise<void>;
}

export interface Job {
  /**
   * Runs a step, once per run.
   *
   * @throws InvalidStepError (as an ApplicationFailure that is not retried) for a duplicate, nested, renamed or reordered step.
   */
  step<R, C extends Cursor = Cursor>(name: string, body: (step: Step<C>) => Promise<R>): Promise<R>;
  /** Adds to the run's counts. */
  count(counts: Counts): void;
  /** Says how many items the run selects, for progress and ETA. */
  expect(total: number): void;
}

/** What a job needs from the Workflow around it. */
export interface JobSurroundings {
  /** Asks whether to stop; if so, the returned promise never settles. */
  checkpoint(): Promise<void>;
  /** Something changed that an onlooker should see. */
  changed(): void;
}

export class ContinuableJob implements Job {
  constructor(
    private readonly ledger: RunLedger,
    private readonly surroundings: JobSurroundings,
  ) {}

  async step<R, C extends Cursor = Cursor>(name: string, body: (step: Step<C>) => Promise<R>): Promise<R> {
    if (this.ledger.advanced) await this.surroundings.checkpoint();
    const start = this.ledger.startStep(name);
    switch (start.kind) {
      case 'invalid':
        throw invalidStep(start.problem);
      case 'completed':
        return recorded<R>(start.result);
      case 'started':
      case 'resumed':
        break;
    }
    this.surroundings.changed();
    const result = await body(this.#handle<C>(start.kind === 'resumed'));
    this.ledger.completeStep(name, toRecord(`step '${name}'`, result));
    this.surroundings.changed();
    return result;
  }

  count(counts: Counts): void {
    this.ledger.count(counts);
    this.surroundings.changed();
  }

  expect(total: number): void {
    this.ledger.expectTotal(total);
    this.surroundings.changed();
  }

  #handle<C extends Cursor>(resumed: boolean): Step<C> {
    const { ledger, surroundings } = this;
    const afterChange = async (): Promise<void> => {
      surroundings.changed();
      await surroundings.checkpoint();
    };
    return {
      get cursor() {
        return ledger.cursor === null ? null : recorded<C>(ledger.cursor);
      },
      resumed,
      async set(cursor) {
        refusing(() => ledger.setCursor(cursor));
        await afterChange();
      },
      checkpoint: () => surroundings.checkpoint(),
      record: async (batch) => {
        refusing(() => ledger.recordBatch(batch));
        if (ledger.fruitless > maximumFruitlessInterruptions) throw this.#stuck();
        if (batch.kind === 'finished') surroundings.changed();
        else await afterChange();
      },
    };
  }

  #stuck() {
    const { step, cursor } = this.ledger.progress();
    const times = maximumFruitlessInterruptions;
    return noProgress(
      `Step '${step}' was interrupted more than ${times} times in a row without getting further.`,
      { cursor },
    );
  }
}

/** Makes a refused cursor fail the run (J4). */
function refusing(move: () => void): void {
  try {
    move();
  } catch (error) {
    throw error instanceof InvalidCursorError ? invalidCursor(error) : error;
  }
}

/** A copy of what was recorded; that it has the type it was recorded with is what InvalidStepError's order check stands for. */
function recorded<R>(value: JsonValue): R {
  return JSON.parse(JSON.stringify(value));
}

/** A copy as history keeps it; nothing is kept as null. @throws InvalidStepError for what JSON has no word for */
export function toRecord(whose: string, result: unknown): JsonValue {
  if (result === undefined) return null;
  const json = JSON.stringify(result);
  if (json === undefined)
    throw invalidStep(`${whose} returned a ${typeof result}, which can't be kept as JSON.`);
  return JSON.parse(json);
}
