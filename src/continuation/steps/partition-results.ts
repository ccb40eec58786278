/**
 * What the partitions of a run add up to, and what it keeps where some of them failed. Pure.
 *
 * R1  The sum reads like any run's result; each partition's own stands beside it, in the order of the ranges.
 * R2  A failure names the partitions that failed and keeps the ranges, the results of the others and each failed one's
 *     progress, so that a retry runs what is left, over the same ranges.
 * R3  A partition that ended without a word (cancelled, terminated, timed out) keeps what it had from before; one that had
 *     nothing is named as such, for a retry starts it over.
 * R4  All of it fits into a payload: resumptions, results, places and the message have limits.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { RunProgress, RunResult, RunTally } from '../checkpoint.js';
import { addCounts, emptyTally, maximumResumptionsKept, tallyOf } from '../checkpoint.js';
import { encodeValue, type JsonValue } from '../cursor.js';
import { identifyThrown } from './describe-error.js';
import { bytesOf, maximumResultsBytes } from './result-limits.js';

/** A partition's own result; of its resumptions only so many that those of all partitions are not more than a run keeps. */
export interface PartitionResult extends RunResult {
  readonly workflowId: string;
}

/** All partitions ran to their end. Counts and resumptions are the sums; `result` lists what each one returned. */
export interface PartitionedResult extends RunResult {
  readonly kind: 'all done';
  /** The rest of what each one reported. */
  readonly partitions: readonly Omit<PartitionResult, 'result'>[];
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
  /** The run id of its first one: its children's chains begin with it. Left out by releases before. */
  readonly chain?: string;
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
    partitions: partitions.map(({ result: _, ...rest }) => ({
      ...rest,
      resumptions: shareOf(rest.resumptions, partitions.length),
    })),
  };
}

/** What is kept of a partition that is done, one of so many (R4). */
export function resultOf(result: RunResult, workflowId: string, partitions: number): PartitionResult {
  return { ...result, resumptions: shareOf(result.resumptions, partitions), workflowId };
}

/** The newest resumptions, so many that those of all partitions are not more than a run keeps. */
function shareOf(resumptions: RunTally['resumptions'], partitions: number): RunTally['resumptions'] {
  const share = Math.floor(maximumResumptionsKept / partitions);
  return share === 0 ? [] : resumptions.slice(-share);
}

/** Fails a run whose partitions returned more than a payload bears; null: they didn't. Their work is done. */
export function resultsTooLarge<Range>(carried: CarriedPartitions<Range>): ApplicationFailure | null {
  const bytes = carried.done.map((done) => bytesOf(done?.result));
  const all = sumOf(bytes);
  if (all <= maximumResultsBytes) return null;
  const largest = bytes.indexOf(Math.max(...bytes));
  const details = { ...withBearableResults(carried), executions: carried.executions + 1 };
  return ApplicationFailure.create({
    type: 'ResultTooLargeError',
    message: `The partitions returned ${all} bytes as JSON, and may return ${maximumResultsBytes}; the most, ${bytes[largest]}, are of ${carried.done[largest]?.workflowId}. Keep what is large elsewhere, and return what it is found by. All partitions are done: a retry ends the run without their results.`,
    nonRetryable: true,
    details: [details],
  });
}

/** How far the partitions are that are done; the others answer for themselves. */
export function partitionsProgress(carried: CarriedPartitions<unknown>): RunProgress {
  const done = carried.done.filter((result) => result !== null);
  const { resumptions: _, ...tally } = sumTallies(done);
  const total = done.length === carried.done.length ? tally.total : null;
  const step = `${done.length} of ${carried.done.length} partitions`;
  return { ...tally, total, step, cursor: null, executions: carried.executions };
}

/** What the partitions returned is not kept where it is too much for a payload: their work is done. */
function withBearableResults<Range>(carried: CarriedPartitions<Range>): CarriedPartitions<Range> {
  if (sumOf(carried.done.map((done) => bytesOf(done?.result))) <= maximumResultsBytes) return carried;
  return {
    ...carried,
    done: carried.done.map((result) => (result === null ? null : { ...result, result: null })),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** As many failed partitions as the message names. */
const maximumNamed = 10;

/** Fails the run by name of the partitions (R2, R3). */
export function partitionsFailed<Range>(
  failed: readonly FailedPartition[],
  carried: CarriedPartitions<Range>,
): ApplicationFailure {
  const kept = bounded(
    carried.kept.map((before, i) => {
      const partition = failed.find(({ index }) => index === i);
      return partition === undefined ? before : (keptBy(partition.failure) ?? before);
    }),
  );
  const named = failed.slice(0, maximumNamed).map(({ index, workflowId, failure }) => {
    const { type, message } = identifyThrown(failure);
    const place = kept[index] === null ? '; kept nothing: a retry starts it over' : '';
    return `${workflowId} (${shortened(message === '' ? type : message)}${place})`;
  });
  const others = failed.length > maximumNamed ? ` and ${failed.length - maximumNamed} more` : '';
  const startedOver = failed.filter(({ index }) => kept[index] === null).length;
  const over =
    startedOver === 0 ? '' : ` ${startedOver} of them kept nothing, and start over but for what a store has.`;
  const details = { ...withBearableResults(carried), kept, executions: carried.executions + 1 };
  return ApplicationFailure.create({
    type: partitionsFailure,
    message: `${failed.length} of ${carried.ranges.length} partitions failed: ${named.join(', ')}${others}. The others are done, and their results kept: a retry runs the failed ones only.${over}`,
    nonRetryable: true,
    details: [details],
    ...(failed[0] === undefined ? {} : { cause: failed[0].failure }),
  });
}

/** What each partition keeps, as far as a payload has room for all; the rest keeps nothing, and is named so. */
function bounded(kept: readonly unknown[]): unknown[] {
  let bytes = 0;
  return kept.map((place) => {
    if (place === null) return null;
    bytes += bytesOf(encodeValue(place));
    return bytes > maximumResultsBytes ? null : place;
  });
}

/** A message may be as long as its Activity made it. */
function shortened(message: string): string {
  return message.length <= 200 ? message : `${message.slice(0, 200)}…`;
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
