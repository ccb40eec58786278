/**
 * What a partitioned run keeps in its failure for whoever starts it again, as far as there is room. Pure.
 *
 * K1  Ranges and tallies come first, then what the done partitions returned, then the places of the others.
 * K2  Results are kept all or none: where there is no room each is null, and its partition says so (`resultNotKept`).
 * K3  Places are kept as long as there is room. One that is a partitioned run's own is made to fit, if it can be.
 * K4  Of a partition that is done no place is kept: nobody goes on there.
 */
import type { RunResult } from '../checkpoint.js';
import { bytesOf, maximumResultsBytes } from './result-limits.js';

/** A partition's own result; of its resumptions only so many that those of all partitions are not more than a run keeps. */
export interface PartitionResult extends RunResult {
  readonly workflowId: string;
  /** It returned something that a failure had no room for: `result` is null instead. */
  readonly resultNotKept?: true;
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

/** Of the 2 MiB that Temporal takes in a failure: the rest is for its message and its cause, and for what a codec adds. */
const maximumKeptBytes = 1536 * 1024;

export function isPartitioned(place: unknown): place is CarriedPartitions<unknown> {
  return (
    typeof place === 'object' &&
    place !== null &&
    'type' in place &&
    place.type === 'leftoff.carried-partitions'
  );
}

/** What is kept of this; null: not even its ranges fit. */
export function keepWhatFits<Range>(
  carried: CarriedPartitions<Range>,
  room = maximumKeptBytes,
): CarriedPartitions<Range> | null {
  const { done, kept } = carried;
  const placeless = { ...carried, kept: kept.map(() => null) };
  const resultless = { ...placeless, done: done.map(withoutResult) };
  const fits = (some: CarriedPartitions<Range>) => bytesOf(some) <= room;
  const base = returnedBytes(carried) <= maximumResultsBytes && fits(placeless) ? placeless : resultless;
  if (!fits(base)) return null;
  return { ...base, kept: placesIn(carried, room - bytesOf(base)) };
}

/** What the done partitions returned, in bytes as JSON. */
export function returnedBytes({ done }: CarriedPartitions<unknown>): number {
  return done.reduce((sum, each) => sum + bytesOf(each?.result), 0);
}

function withoutResult(done: PartitionResult | null): PartitionResult | null {
  return done === null || done.result === null ? done : { ...done, result: null, resultNotKept: true };
}

/** The places that there is room for; the others are null, of which each has room already. */
function placesIn({ done, kept }: CarriedPartitions<unknown>, room: number): unknown[] {
  let left = room;
  return kept.map((place, i) => {
    if (place === null || done[i]) return null;
    const fitting = bytesOf(place) <= left ? place : isPartitioned(place) ? keepWhatFits(place, left) : null;
    if (fitting !== null) left -= bytesOf(fitting);
    return fitting;
  });
}
