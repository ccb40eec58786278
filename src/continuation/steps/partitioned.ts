/**
 * A run in parallel: one child Workflow for each of a fixed number of ranges, and an "all done" at their end.
 *
 * P1  The ranges are asked for once, at the start: their Activity's result stands in history, and a retry takes what the
 *     failure kept. Another number of instances, deployed meanwhile, changes no run under way.
 * P2  Child number n is `<workflow id>/n`, from 1. A child's own continue-as-new, errors and resumptions are its own affair.
 * P3  Each child runs to its end, also when another one failed; then the run fails, naming those that did.
 * P4  A cancellation reaches every child and waits for their ends. A child cancelled by itself counts as failed.
 * P5  Where the run is terminated, its children are asked to cancel: they stop at their next checkpoint.
 * P6  The run itself never continues as new: its history grows with the number of partitions, not with that of items.
 */
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowOptions,
  executeChild,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunResult } from '../checkpoint.js';
import { describeProgress } from './describe-progress.js';
import {
  type CarriedPartitions,
  type FailedPartition,
  type PartitionedResult,
  type PartitionResult,
  partitionsFailed,
  partitionsProgress,
  sumPartitions,
} from './partition-results.js';
import { progressQuery } from './progress-query.js';

/** The most ranges a run may have: a Workflow may have 2,000 children pending, and each adds half a dozen events to its history. */
export const maximumPartitions = 1_000;

/** A job of either pattern as a child: its second argument is what its failed run kept. */
type ChildWorkflow<Input> = (input: Input, carried?: never) => Promise<RunResult>;

export interface PartitionedOptions<Input, Range, ChildInput> {
  /** Divides the work, by an Activity: key ranges that don't overlap, as many as there shall be children; none: nothing to do. */
  readonly ranges: (input: Input) => Promise<readonly Range[]>;
  /** The Workflow that works off one range: its name, or itself where it is a function with the name that it is exported by. */
  readonly child: string | ChildWorkflow<ChildInput>;
  /** What the child of a range is started with. */
  readonly input: (input: Input, range: Range, index: number) => ChildInput;
  /** What else it is started with: a task queue, a memo, timeouts, retries. */
  readonly childOptions?: (input: Input, range: Range, index: number) => PartitionOptions;
}

type PartitionOptions = Omit<ChildWorkflowOptions, 'workflowId' | 'cancellationType' | 'typeInfo'>;

/** A Workflow function; its second argument is what a failed run kept. */
export type PartitionedWorkflow<Input, Range> = (
  input: Input,
  carried?: CarriedPartitions<Range>,
) => Promise<PartitionedResult>;

/**
 * Makes a Workflow of a job that is done in ranges, side by side.
 *
 * @throws TypeError where `child` is a function without a name to find it by. The Workflow: ApplicationFailure of type
 * PartitionsFailed, with CarriedPartitions as its first detail, or InvalidPartitionsError for too many ranges; neither is
 * retried by itself.
 */
export function partitioned<Input, Range, ChildInput>(
  options: PartitionedOptions<Input, Range, ChildInput>,
): PartitionedWorkflow<Input, Range> {
  const child = nameOf(options.child);
  // Without a name of its own: a Client that is handed the function would take it for the Workflow's type.
  return async (input, carried) => {
    let run = carried ?? notBegun(await options.ranges(input));
    if (run.ranges.length > maximumPartitions) throw tooMany(run.ranges.length);
    const changed = () => setCurrentDetails(describeProgress(partitionsProgress(run)));
    setHandler(progressQuery, () => partitionsProgress(run));
    changed();

    const failed: FailedPartition[] = [];
    const cancellations: unknown[] = [];
    const runPartition = async (range: Range, index: number): Promise<void> => {
      const workflowId = `${workflowInfo().workflowId}/${index + 1}`;
      try {
        const result = await executeChild<(input: ChildInput, carried?: unknown) => Promise<RunResult>>(
          child,
          {
            parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
            ...options.childOptions?.(input, range, index),
            workflowId,
            args: argumentsOf(options.input(input, range, index), run.kept[index]),
          },
        );
        run = withDone(run, index, { ...result, workflowId });
        log.info('Partition done', { partition: workflowId, ...result.counts });
        changed();
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (isCancellation(error)) cancellations.push(error);
        failed.push({ index, workflowId, failure: error });
        log.warn('Partition failed', { partition: workflowId, message: error.message });
      }
    };
    await Promise.all(
      run.ranges.map((range, index) => (run.done[index] ? undefined : runPartition(range, index))),
    );

    if (CancellationScope.current().consideredCancelled && cancellations.length > 0) throw cancellations[0];
    if (failed.length > 0) throw partitionsFailed(inOrder(failed), run);
    return sumPartitions(
      run.done.filter((result) => result !== null),
      run.executions,
    );
  };
}

function notBegun<Range>(ranges: readonly Range[]): CarriedPartitions<Range> {
  return {
    type: 'leftoff.carried-partitions',
    version: 1,
    ranges,
    done: ranges.map(() => null),
    kept: ranges.map(() => null),
    executions: 1,
  };
}

function withDone<Range>(
  run: CarriedPartitions<Range>,
  index: number,
  result: PartitionResult,
): CarriedPartitions<Range> {
  return { ...run, done: run.done.map((before, i) => (i === index ? result : before)) };
}

function argumentsOf<ChildInput>(input: ChildInput, kept: unknown): [ChildInput, unknown?] {
  return kept === null || kept === undefined ? [input] : [input, kept];
}

/** Children end in any order; whoever reads the failure wants theirs. */
function inOrder(failed: readonly FailedPartition[]): FailedPartition[] {
  return [...failed].sort((a, b) => a.index - b.index);
}

function nameOf(child: string | { readonly name: string }): string {
  if (typeof child === 'string') return child;
  // As what `continuable`, `iterate` and `partitioned` make.
  if (child.name === '')
    throw new TypeError(
      'The child of a partitioned Workflow is found by the name that it is exported by, and this function has none of its own. Give that name as a string.',
    );
  return child.name;
}

function tooMany(ranges: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'InvalidPartitionsError',
    message: `The work was divided into ${ranges} ranges, and may have ${maximumPartitions}: each is a child Workflow. Make them larger.`,
    nonRetryable: true,
  });
}
