/**
 * A run in parallel: one child Workflow for each of a fixed number of ranges, and an "all done" at their end.
 *
 * P1  The ranges are asked for once, at the start: their Activity's result stands in history, and a retry takes what the
 *     failure kept. Another number of instances, deployed meanwhile, changes no run under way.
 * P2  Child number n is `<workflow id>/n`, from 1. A child's own continue-as-new, errors and resumptions are its own affair.
 * P3  Each child runs to its end, also when another one failed; then the run fails, naming those that did.
 * P4  A cancellation reaches every child and waits for their ends. A child cancelled by itself counts as failed.
 * P5  Where the run is terminated, its children are asked to cancel: they stop at their next checkpoint.
 * P6  Retries of the run are one chain for each child: a child that ended without a place to go on from finds what it left in a
 *     store, and what is still alive of it is refused there.
 * P7  The run itself never continues as new: its history grows with the number of partitions, not with that of items.
 * P8  A pause reaches every child, and so does its end; a child that is just beginning hears of it then. The run is paused as soon as
 *     it has told them, and starts no child while it is.
 */
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowOptions,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunResult } from '../checkpoint.js';
import type { CarriedChain } from './carried-chain.js';
import { type CarriedPartitions, isPartitioned, type PartitionResult } from './carried-partitions.js';
import { invalidCarried } from './continuation-errors.js';
import { RunControl } from './control.js';
import { describeProgress } from './describe-progress.js';
import { holdsHere } from './later-rules.js';
import {
  type FailedPartition,
  type PartitionedResult,
  partitionsFailed,
  partitionsProgress,
  resultOf,
  resultsTooLarge,
  sumPartitions,
} from './partition-results.js';
import { PausableChildren } from './pausable-children.js';
import { progressQuery } from './progress-query.js';

/** The most ranges a run may have: a Workflow may have 2,000 children pending, and each adds half a dozen events to its history. */
export const maximumPartitions = 1_000;

/** A job of either pattern as a child: its second argument is what its failed run kept, or the chain that it belongs to. */
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

/** A Workflow function; its second argument is what a failed run kept, or its chain where it is a child; null is nothing. */
export type PartitionedWorkflow<Input, Range> = (
  input: Input,
  carried?: CarriedPartitions<Range> | CarriedChain | null,
) => Promise<PartitionedResult>;

/** Generations that a run of a child may use up before a retry's begin: each is an Activity. */
const generationsOfARun = 1_000_000_000;

/**
 * Makes a Workflow of a job that is done in ranges, side by side.
 *
 * @throws TypeError where `child` is a function without a name to find it by. The Workflow: ApplicationFailure of type
 * PartitionsFailed or ResultTooLargeError, with CarriedPartitions as its first detail, InvalidPartitionsError for too many
 * ranges, or InvalidCarriedError; none is retried by itself. What `input` or `childOptions` throws is thrown before any
 * child starts.
 */
export function partitioned<Input, Range, ChildInput>(
  options: PartitionedOptions<Input, Range, ChildInput>,
): PartitionedWorkflow<Input, Range> {
  const child = nameOf(options.child);
  // Without a name of its own: a Client that is handed the function would take it for the Workflow's type.
  return async (input, carried) => {
    const children = new PausableChildren();
    const control = new RunControl({ changed: (state) => children.tell(state), standsAtOnce: true });
    let run = await begin(carried ?? null, () => options.ranges(input));
    if (run.ranges.length > maximumPartitions) throw tooMany(run.ranges.length);
    const changed = () => setCurrentDetails(describeProgress(partitionsProgress(run)));
    setHandler(progressQuery, () => partitionsProgress(run));
    changed();

    const failed: FailedPartition[] = [];
    const cancellations: unknown[] = [];
    const fail = (failure: Error, index: number) => {
      const workflowId = partitionId(index);
      failed.push({ index, workflowId, failure });
      log.warn('Partition failed', { partition: workflowId, message: failure.message });
    };
    const runPartition = async ({
      index,
      workflowId,
      started,
    }: PartitionToRun<ChildInput>): Promise<void> => {
      try {
        const handle = await startChild<(input: ChildInput, carried?: unknown) => Promise<RunResult>>(
          child,
          started,
        );
        const result = await children.ofThese(handle, control.state);
        run = withDone(run, index, resultOf(result, workflowId, run.ranges.length));
        log.info('Partition done', { partition: workflowId, ...result.counts });
        changed();
      } catch (error) {
        const failure = error instanceof TemporalFailure ? error : takenForPartitions(error);
        if (isCancellation(failure)) cancellations.push(failure);
        fail(failure, index);
      }
    };
    // All of them before the first child starts: a mistake in `input` is a mistake in Workflow code, and no partition's.
    const toRun = run.ranges.flatMap((range, index): PartitionToRun<ChildInput>[] => {
      if (run.done[index]) return [];
      const workflowId = partitionId(index);
      try {
        const started = {
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          ...options.childOptions?.(input, range, index),
          workflowId,
          args: [options.input(input, range, index), placeOf(run, index)] satisfies [ChildInput, unknown],
        };
        return [{ index, workflowId, started }];
      } catch (error) {
        fail(takenForPartitions(error), index);
        return [];
      }
    });
    if (control.mustHold) await control.hold();
    await Promise.all(toRun.map(runPartition));

    if (CancellationScope.current().consideredCancelled && cancellations.length > 0) throw cancellations[0];
    if (failed.length > 0) throw partitionsFailed(inOrder(failed), run);
    const tooLarge = resultsTooLarge(run);
    if (tooLarge !== null) throw tooLarge;
    return sumPartitions(
      run.done.filter((result) => result !== null),
      run.executions,
    );
  };
}

interface PartitionToRun<ChildInput> {
  readonly index: number;
  readonly workflowId: string;
  readonly started: ChildWorkflowOptions & { readonly args: [ChildInput, unknown] };
}

function partitionId(index: number): string {
  return `${workflowInfo().workflowId}/${index + 1}`;
}

/**
 * A mistake in Workflow code as a partition's failure, which it was for releases before.
 *
 * @throws the mistake itself, in a run of today's
 */
function takenForPartitions(mistake: unknown): Error {
  if (!(mistake instanceof Error) || holdsHere('leftoff-partition-mistakes-are-code')) throw mistake;
  return mistake;
}

/** What the run starts from. @throws InvalidCarriedError for what is no partitioned run's */
async function begin<Range>(
  carried: CarriedPartitions<Range> | CarriedChain | null,
  ranges: () => Promise<readonly Range[]>,
): Promise<CarriedPartitions<Range>> {
  // The original one's: a reset changes the run's id, and another run of a schedule has another chain.
  const chain = workflowInfo().originalExecutionRunId;
  if (carried === null) return notBegun(await ranges(), chain);
  switch (carried.type) {
    case 'leftoff.chain': {
      const { generation } = carried;
      const executions = 1 + Math.floor(generation / generationsOfARun);
      return { ...notBegun(await ranges(), carried.chain), executions };
    }
    case 'leftoff.carried-partitions':
      if (carried.version === 1) return { chain, ...carried };
  }
  throw invalidCarried(carried, "a partitioned run's 'leftoff.carried-partitions' of version 1");
}

function notBegun<Range>(ranges: readonly Range[], chain: string): CarriedPartitions<Range> {
  return {
    type: 'leftoff.carried-partitions',
    version: 1,
    ranges,
    done: ranges.map(() => null),
    kept: ranges.map(() => null),
    executions: 1,
    chain,
  };
}

/** Where a child goes on from: what it kept, or its chain alone (P6). */
function placeOf({ chain = '', kept, executions }: CarriedPartitions<unknown>, index: number): unknown {
  const generation = (executions - 1) * generationsOfARun;
  const place = kept[index];
  if (hasGeneration(place)) return { ...place, generation: Math.max(place.generation, generation) };
  if (isPartitioned(place)) return { ...place, executions: Math.max(place.executions, executions) };
  if (place !== null && place !== undefined) return place;
  const begun: CarriedChain = {
    type: 'leftoff.chain',
    version: 1,
    chain: `${chain}/${index + 1}`,
    generation,
  };
  return executions === 1 ? begun : { ...begun, lostSince: 1 };
}

function hasGeneration(place: unknown): place is { readonly generation: number } {
  return (
    typeof place === 'object' &&
    place !== null &&
    'generation' in place &&
    typeof place.generation === 'number'
  );
}

function withDone<Range>(
  run: CarriedPartitions<Range>,
  index: number,
  result: PartitionResult,
): CarriedPartitions<Range> {
  return { ...run, done: run.done.map((before, i) => (i === index ? result : before)) };
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
