/**
 * What the partitions of a run add up to, and what it keeps where some of them failed. Pure.
 *
 * R1  The sum reads like any run's result; each partition's own stands beside it, in the order of the ranges.
 * R2  A failure names the partitions that failed and keeps the ranges, the results of the others and each failed one's
 *     progress, so that a retry runs what is left, over the same ranges.
 * R3  A partition that ended without a word (cancelled, terminated, timed out) keeps what it had from before; one that had
 *     nothing is named as such, for a retry starts it over.
 * R4  All of it fits into a payload, the failure as a whole: see `carried-partitions.ts` and `partition-cause.ts`. What was
 *     left out for that is named.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { RunProgress, RunResult, RunTally } from '../checkpoint.js';
import { addCounts, emptyTally, maximumResumptionsKept, tallyOf } from '../checkpoint.js';
import type { JsonValue } from '../cursor.js';
import {
  type CarriedPartitions,
  keepWhatFits,
  type PartitionResult,
  returnedBytes,
} from './carried-partitions.js';
import { identifyThrown } from './describe-error.js';
import { causeOf, isOurs } from './partition-cause.js';
import { bytesOf, maximumResultsBytes } from './result-limits.js';

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

/** Of all partitions' cursors and resumptions, in bytes: they stand beside what the partitions returned. */
const maximumTalliesBytes = 256 * 1024;

/** What is kept of a partition that is done, one of so many (R4): a cursor or resumptions of unusual size are left out. */
export function resultOf(result: RunResult, workflowId: string, partitions: number): PartitionResult {
  const room = maximumTalliesBytes / partitions;
  const cursor = bytesOf(result.cursor) <= room ? result.cursor : null;
  const resumptions = shareOf(result.resumptions, partitions);
  const fit = bytesOf(cursor) + bytesOf(resumptions) <= room;
  return { ...result, cursor, resumptions: fit ? resumptions : [], workflowId };
}

/** The newest resumptions, so many that those of all partitions are not more than a run keeps. */
function shareOf(resumptions: RunTally['resumptions'], partitions: number): RunTally['resumptions'] {
  const share = Math.floor(maximumResumptionsKept / partitions);
  return share === 0 ? [] : resumptions.slice(-share);
}

/** Fails a run whose partitions returned more than a payload bears; null: they didn't. Their work is done. */
export function resultsTooLarge<Range>(carried: CarriedPartitions<Range>): ApplicationFailure | null {
  const all = returnedBytes(carried);
  if (all <= maximumResultsBytes) return null;
  const keeping = keepWhatFits(nextOf(carried));
  const bytes = carried.done.map((done) => bytesOf(done?.result));
  const largest = bytes.indexOf(Math.max(...bytes));
  return ApplicationFailure.create({
    type: 'ResultTooLargeError',
    message: `The partitions returned ${all} bytes as JSON, and may return ${maximumResultsBytes}; the most, ${bytes[largest]}, are of ${carried.done[largest]?.workflowId}. Keep what is large elsewhere, and return what it is found by. All partitions are done: ${keeping === null ? 'what they were is too large to be kept, and a retry starts over' : 'a retry ends the run without their results, and says so of each by resultNotKept'}.`,
    nonRetryable: true,
    details: detailsOf(keeping),
  });
}

/** How far the partitions are that are done; the others answer for themselves. */
export function partitionsProgress(carried: CarriedPartitions<unknown>): RunProgress {
  const { resumptions: _, ...tally } = tallyOfDone(carried.done);
  const done = carried.done.filter((result) => result !== null);
  const step = `${done.length} of ${carried.done.length} partitions`;
  return { ...tally, step, cursor: null, executions: carried.executions };
}

/** The sum of those that are done; the total is known when all of them are. */
export function tallyOfDone(partitions: readonly (RunTally | null)[]): RunTally {
  const done = partitions.filter((tally) => tally !== null);
  const sum = sumTallies(done);
  return done.length === partitions.length ? sum : { ...sum, total: null };
}

/** As many failed partitions as the message names. */
const maximumNamed = 10;

/** Fails the run by name of the partitions (R2, R3). */
export function partitionsFailed<Range>(
  failed: readonly FailedPartition[],
  carried: CarriedPartitions<Range>,
): ApplicationFailure {
  const places = carried.kept.map((before, i) => {
    const partition = failed.find(({ index }) => index === i);
    return partition === undefined ? before : (keptBy(partition.failure) ?? before);
  });
  const keeping = keepWhatFits({ ...nextOf(carried), kept: places });
  const isKept = ({ index }: FailedPartition) => (keeping?.kept[index] ?? null) !== null;
  const named = failed.slice(0, maximumNamed).map((partition) => {
    const { type, message } = identifyThrown(partition.failure);
    const place = isKept(partition) ? '' : '; kept nothing: a retry starts it over';
    return `${partition.workflowId} (${shortened(message === '' ? type : message)}${place})`;
  });
  const others = failed.length > maximumNamed ? ` and ${failed.length - maximumNamed} more` : '';
  const startedOver = failed.filter((partition) => !isKept(partition)).length;
  return ApplicationFailure.create({
    type: partitionsFailure,
    message: `${failed.length} of ${carried.ranges.length} partitions failed: ${named.join(', ')}${others}. ${describeKept(carried, keeping, startedOver)}`,
    nonRetryable: true,
    details: detailsOf(keeping),
    ...(failed[0] === undefined ? {} : { cause: causeOf(failed[0].failure) }),
  });
}

/** What a retry will find, in words. */
function describeKept(
  carried: CarriedPartitions<unknown>,
  keeping: CarriedPartitions<unknown> | null,
  startedOver: number,
): string {
  if (keeping === null)
    return `The ranges have ${bytesOf(carried.ranges)} bytes as JSON, for which a failure has no room: nothing is kept, and a retry starts over. Make them smaller.`;
  const resultless = keeping.done.some((kept, i) => kept?.resultNotKept && !carried.done[i]?.resultNotKept);
  const others = resultless
    ? `The others are done. They returned ${returnedBytes(carried)} bytes as JSON, for which a failure has no room (partitions may return ${maximumResultsBytes}): their results are not kept. A retry runs the failed ones only, and ends with null for the results that are gone, each marked by resultNotKept. Keep what is large elsewhere, and return what it is found by.`
    : 'The others are done, and their results kept: a retry runs the failed ones only.';
  const over =
    startedOver === 0 ? '' : ` ${startedOver} of them kept nothing, and start over but for what a store has.`;
  return `${others}${over}`;
}

/** What the run's next execution goes on from. */
function nextOf<Range>(carried: CarriedPartitions<Range>): CarriedPartitions<Range> {
  return { ...carried, executions: carried.executions + 1 };
}

function detailsOf(keeping: CarriedPartitions<unknown> | null): unknown[] {
  return keeping === null ? [] : [keeping];
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
