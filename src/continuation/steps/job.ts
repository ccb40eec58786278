/** What a job in steps works with: `job.step(name, body)`, and inside a step its cursor (`step.ts`). */
import type { Counts } from '../checkpoint.js';
import type { Cursor } from '../cursor.js';
import type { StartedStep, Step } from './step.js';
import type { AnyStart, Widened } from './widened-cursor.js';

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
   * After a cancellation that the job caught, one that has no place in the run's order is for cleaning up
   * (`CancellationScope.nonCancellable(() => job.step('undo', …))`): nothing of it is kept, and the run ends as cancelled, unless
   * the job goes on with its own steps to their end.
   *
   * @throws what its body throws. InvalidStepError for a duplicate, nested, concurrent, renamed or reordered step, or one
   * after a step that failed; ResultTooLargeError; SameErrorAtSameCursor or NoProgressError where the job caught this
   * step's errors and called it again too often: the run fails, and keeps its progress.
   */
  step<R, C extends Cursor = Cursor>(name: string, body: (step: Step<C>) => Promise<R>): Promise<R>;
  step<R, Start extends AnyStart>(
    name: string,
    options: StartedStepOptions<Widened<Start>, Start>,
    body: (step: StartedStep<Widened<Start>>) => Promise<R>,
  ): Promise<R>;
  step<R, C extends Cursor = Cursor>(
    name: string,
    options: StepOptions<C> & { readonly start?: never },
    body: (step: Step<C>) => Promise<R>,
  ): Promise<R>;
  /**
   * Adds to the run's counts what the step in progress did: with its next `set`, `advance` or batch, or at its end. Where the
   * step fails or is interrupted before, the work comes again, and is counted then.
   *
   * @throws InvalidStepError outside of a step, where it would be counted again in every execution: the run fails
   */
  count(counts: Counts): void;
  /** Says how many items the run selects, for progress and ETA. */
  expect(total: number): void;
  /**
   * Work that is started before a checkpoint and awaited after it: `const report = job.alongside(() => write());`.
   *
   * Continue-as-new waits for its end, whatever that is, and an error in it does no harm where the job, interrupted
   * meanwhile, never comes to await it. A run that fails waits for it, too, but not for ever (`handlersWaitMs`). Activities are
   * waited for without it, too, but not such an error of theirs; a child Workflow's result is not waited for without it.
   */
  alongside<R>(work: () => Promise<R>): Promise<R>;
}
