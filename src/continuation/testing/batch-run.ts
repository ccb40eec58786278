/**
 * Plays a step's batches, one Activity after another, as its `step.batches` would. What it promises stands in played-run.ts.
 *
 * B1  Each report is taken in by the step's own rule (`apply-batch.ts`), and the next batch starts strictly after its cursor.
 * B2  An attempt that was killed, lost, paused or threw is followed by the next attempt of the same start.
 */
import { applyBatch, type BatchStanding } from '../apply-batch.js';
import { type Batch, type BatchStart, type Counts, emptyTally, type Resumption } from '../checkpoint.js';
import { batchSchema } from '../checkpoint-schema.js';
import { type Cursor, decodeCursor, encodeCursor } from '../cursor.js';
import { chain, throughJson } from './mock-execution.js';
import { PlayedRun, type PlayedRunOptions } from './played-run.js';

export interface BatchRunOptions<C extends Cursor> extends PlayedRunOptions {
  /** The step's name. With a store it is part of the key. */
  readonly step: string;
  /** The cursor that the step begins with, as its `start`; default: none. */
  readonly start?: C;
}

type Finished<C extends Cursor> = Batch<C> & { readonly kind: 'finished' };

type BatchActivity<C extends Cursor> = (from: BatchStart<C>) => Promise<Batch<C>>;

/** A step's batches to play. @param activity hands its argument to `workBatch` and returns its report, as what `step.batches` is given */
export function batchRun<C extends Cursor>(
  activity: BatchActivity<C>,
  options: BatchRunOptions<C>,
): BatchRun<C> {
  return new BatchRun(activity, options);
}

export class BatchRun<C extends Cursor> extends PlayedRun<BatchStart<C>, Batch<C>> {
  readonly #step: string;
  #standing: BatchStanding;
  #generation = 0;

  constructor(activity: BatchActivity<C>, options: BatchRunOptions<C>) {
    const { activityType = 'aBatch', start } = options;
    super(activity, { ...options, activityType });
    this.#step = options.step;
    const cursor = start === undefined ? null : encodeCursor(start);
    this.#standing = { ...emptyTally, cursor, interrupted: false };
  }

  /** Where the step stands: the next batch resumes strictly after it; null: from the beginning. */
  get cursor(): C | null {
    const { cursor } = this.#standing;
    return cursor === null ? null : decodeCursor<C>(cursor);
  }

  /** Over all reports so far. */
  get counts(): Counts {
    return this.#standing.counts;
  }

  /** Checkpoints in history so far: batches that moved the cursor or were interrupted. */
  get checkpoints(): number {
    return this.#standing.checkpoints;
  }

  /** Times that a batch took up what one before it had left, oldest first. */
  get resumptions(): readonly Resumption[] {
    return this.#standing.resumptions;
  }

  /** One batch to its own end. @throws what an item throws where it brought no progress; the next one is then the retry. RunIsOverError */
  batch(): Promise<Batch<C>> {
    return this.execution();
  }

  /**
   * Batches until one says that it is the last, over waits and kills; a finished step gives that one again. What a store kept
   * is cleared then.
   *
   * @throws as `batch`
   */
  toTheEnd(): Promise<Finished<C>> {
    return this.until<'finished'>((end): end is Finished<C> => end.kind === 'finished');
  }

  protected override schedule(): BatchStart<C> {
    this.#generation += 1;
    const generation = this.#generation;
    return { step: this.#step, cursor: this.#standing.cursor, chain, generation, since: generation };
  }

  protected override async takeIn(outcome: Batch<C>): Promise<void> {
    const batch = batchSchema.parse(throughJson(outcome));
    const { standing, moved, fruitless } = applyBatch(this.#standing, batch);
    this.#standing = standing;
    if (batch.kind === 'finished') {
      this.end('has finished its step');
      if (batch.store != null) await this.cleanUp({ ...this.schedule(), cleanUp: true });
      return;
    }
    this.limitFruitless(moved ? 'moved' : fruitless ? 'fruitless' : 'neither', {
      who: `Step '${this.#step}'`,
      place: { cursor: standing.cursor },
    });
  }
}
