/**
 * What continue-as-new carries of an enumerator's run, and a failed one keeps for its retry.
 *
 * K1  Plain JSON; what a release before carried is still read.
 * K2  A failed run's failure has it as its first detail: a new run that gets it as its second argument goes on from there.
 */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Checkpoint } from '../checkpoint.js';
import { failedBy, keepingContinuation } from './continuation-errors.js';

/** What continue-as-new carries of an enumerator's run. What is optional is missing in what releases before carried. */
export interface CarriedIteration {
  readonly type: 'leftoff.carried-iteration';
  readonly version: 1;
  /** Null: a run that failed before its first checkpoint, whose chain and generation a store still knows. */
  readonly checkpoint: Checkpoint | null;
  readonly executions: number;
  readonly fruitless: number;
  /** As in a Continuation. */
  readonly chain?: string;
  /** Activities that were scheduled so far. */
  readonly generation?: number;
  /** The execution before ended with a wait: taking it up again is no resumption. */
  readonly waited?: true;
  /** Resumptions from before the run was started again by hand: they don't count for `maxResumptions`. */
  readonly forgiven?: number;
}

type Place = Pick<CarriedIteration, 'checkpoint' | 'executions'> & {
  readonly chain: string;
  readonly generation: number;
};

/** What a failed run keeps: handed to a new one as its second argument, that goes on from there, with all its tries. */
export function toStartFrom({ checkpoint, executions, chain, generation }: Place): CarriedIteration {
  return {
    type: 'leftoff.carried-iteration',
    version: 1,
    checkpoint: checkpoint === null ? null : { ...checkpoint, error: null },
    executions: executions + 1,
    fruitless: 0,
    chain,
    generation,
    forgiven: checkpoint?.resumptionCount ?? 0,
  };
}

/** The failure that the run ends with, its place kept; a cancellation stays one. */
export function failedFrom(error: unknown, place: Place): unknown {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) return error;
  if (CancellationScope.current().consideredCancelled)
    // Its worker was lost, or its item failed, while it was being cancelled: it is cancelled all the same.
    return new CancelledFailure('The run was cancelled', [], error);
  const checkpoint = newestPlace([place.checkpoint], error);
  return keepingContinuation(failedBy(error), toStartFrom({ ...place, checkpoint }));
}

/** The newest place that is known, what an error carries included. */
export function newestPlace(known: readonly (Checkpoint | null)[], error: unknown): Checkpoint | null {
  const carried = error instanceof Error ? checkpointsIn(error) : [];
  return [...known, ...carried].reduce<Checkpoint | null>(
    (newest, each) =>
      each !== null && (newest === null || each.sequence >= newest.sequence) ? each : newest,
    null,
  );
}

/** What the Activity put into its last failure, or had sent with its last heartbeat before it timed out for good. */
function checkpointsIn(error: Error): Checkpoint[] {
  const here: readonly unknown[] =
    error instanceof ApplicationFailure
      ? (error.details ?? [])
      : error instanceof TimeoutFailure
        ? [error.lastHeartbeatDetails].flat()
        : [];
  return [...here.filter(isCheckpoint), ...(error.cause instanceof Error ? checkpointsIn(error.cause) : [])];
}

/** Whether it is one that our own Activity wrote; a Workflow takes it as it is. */
function isCheckpoint(detail: unknown): detail is Checkpoint {
  return typeof detail === 'object' && detail !== null && 'sequence' in detail && 'selection' in detail;
}
