/**
 * What the partitions of a run add up to, and what it keeps where some of them failed. Pure.
 *
 * R1  The sum reads like any run's result; each partition's own stands beside it, in the order of the ranges.
 * R2  A failure names the partitions that failed and keeps the ranges, the results of the others and each failed one's
 *     progress, so that a retry runs what is left, over the same ranges.
 */
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { RunProgress, RunResult, RunTally } from '../checkpoint.js';
import { addCounts, emptyTally, maximumResumptionsKept, tallyOf } from '../checkpoint.js';
import type { JsonValue } from '../cursor.js';
import { identifyError } from './describe-error.js';

/** A partition's own result. */
export interface PartitionResult extends RunResult {
  readonly workflowId: string;
}

/** All partitions ran to their end. Counts and resumptions are the sums; `result` lists what each one returned. */
export interface PartitionedResult extends RunResult {
  readonly kind: 'all done';
  readonly partitions: readonly PartitionResult[];
}

/** A partition that failed. */
export interface FailedPartition {
  readonly index: number;
  readonly workflowId: string;
  readonly failure: Error;
}

/** What a partitioned run keeps in its failure, and takes as its second argument to go on from there. */
export interface CarriedPartitions<Range> {
  readonly type: 'leftoff.carried-partitions';
  readonly version: 1;
  readonly ranges: readonly Range[];
  /** By range; null: not done. */
  readonly done: readonly (PartitionResult | null)[];
  /** By range, what its failed run kept; null: nothing. */
  readonly kept: readonly unknown[];
  /** How many executions the partitioned run itself had. */
  readonly executions: number;
}

/** The type of the failure of a run whose partitions did not all succeed. */
export const partitionsFailure = 'PartitionsFailed';

export function sumPartitions(partitions: readonly PartitionResult[], executions: number): PartitionedResult {
  return {
    kind: 'all done',
    ...sumTallies(partitions),
    cursor: null,
    executions,
    result: partitions.map(({ result }): JsonValue => result),
    partitions,
  };
}

/** How far the partitions are that are done; the others answer for themselves. */
export function partitionsProgress(carried: CarriedPartitions<unknown>): RunProgress {
  const done = carried.done.filter((result) => result !== null);
  const { resumptions: _, ...tally } = sumTallies(done);
  const total = done.length === carried.done.length ? tally.total : null;
  const step = `${done.length} of ${carried.done.length} partitions`;
  return { ...tally, total, step, cursor: null, executions: carried.executions };
}

/** Fails the run by name of the partitions (R2). */
export function partitionsFailed<Range>(
  failed: readonly FailedPartition[],
  carried: CarriedPartitions<Range>,
): ApplicationFailure {
  const named = failed.map(({ workflowId, failure }) => `${workflowId} (${messageOf(failure)})`).join(', ');
  const kept = carried.kept.map((before, i) => {
    const partition = failed.find(({ index }) => index === i);
    return partition === undefined ? before : keptBy(partition.failure);
  });
  const details: CarriedPartitions<Range> = { ...carried, kept, executions: carried.executions + 1 };
  return ApplicationFailure.create({
    type: partitionsFailure,
    message: `${failed.length} of ${carried.ranges.length} partitions failed: ${named}. The others are done, and their results kept: a retry runs the failed ones only.`,
    nonRetryable: true,
    details: [details],
    ...(failed[0] === undefined ? {} : { cause: failed[0].failure }),
  });
}

/** The total is known where every partition's is. */
function sumTallies(tallies: readonly RunTally[]): RunTally {
  const none: RunTally = { ...emptyTally, total: 0 };
  return tallies.map(tallyOf).reduce(
    (sum, tally) => ({
      counts: addCounts(sum.counts, tally.counts),
      total: sum.total === null || tally.total === null ? null : sum.total + tally.total,
      checkpoints: sum.checkpoints + tally.checkpoints,
      resumptions: [...sum.resumptions, ...tally.resumptions].slice(-maximumResumptionsKept),
      resumptionCount: sum.resumptionCount + tally.resumptionCount,
    }),
    none,
  );
}

function messageOf(failure: Error): string {
  return failure instanceof TemporalFailure ? identifyError(failure).message : failure.message;
}

/** What a failed run of the library keeps: it says so in its type. */
function keptBy(failure: unknown): unknown {
  if (!(failure instanceof Error)) return null;
  const kept: unknown = failure instanceof ApplicationFailure ? failure.details?.[0] : null;
  return isOurs(kept) ? kept : keptBy(failure.cause);
}

function isOurs(kept: unknown): boolean {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'type' in kept &&
    typeof kept.type === 'string' &&
    kept.type.startsWith('leftoff.')
  );
}
