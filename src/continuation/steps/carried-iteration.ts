/**
 * What continue-as-new carries of an enumerator's run, and a failed one keeps for its retry.
 *
 * K1  Plain JSON; what a release before carried is still read.
 * K2  A failed run's failure has it as its first detail: a new run that gets it as its second argument goes on from there.
 */
import { ApplicationFailure, isCancellation, TemporalFailure } from '@temporalio/workflow';
import type { Checkpoint } from '../checkpoint.js';
import { failedBy, keepingContinuation } from './continuation-errors.js';

/** What continue-as-new carries of an enumerator's run. What is optional is missing in what releases before carried. */
export interface CarriedIteration {
  readonly type: 'leftoff.carried-iteration';
  readonly version: 1;
  readonly checkpoint: Checkpoint;
  readonly executions: number;
  readonly fruitless: number;
  /** The run's first execution. */
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
    checkpoint: { ...checkpoint, error: null },
    executions: executions + 1,
    fruitless: 0,
    chain,
    generation,
    forgiven: checkpoint.resumptionCount,
  };
}

/** The failure that the run ends with, its place kept; a cancellation stays one. */
export function failedFrom(
  error: unknown,
  place: Omit<Place, 'checkpoint'> & { readonly checkpoint: Checkpoint | null },
): unknown {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) return error;
  const checkpoint = checkpointIn(error) ?? place.checkpoint;
  return checkpoint === null
    ? error
    : keepingContinuation(failedBy(error), toStartFrom({ ...place, checkpoint }));
}

/** The checkpoint that the Activity put into its last failure, newer than what the Workflow knows. */
function checkpointIn(error: Error): Checkpoint | null {
  if (error instanceof ApplicationFailure && isCheckpoint(error.details?.[0])) return error.details[0];
  return error.cause instanceof Error ? checkpointIn(error.cause) : null;
}

/** Whether it is one that our own Activity wrote; a Workflow takes it as it is. */
function isCheckpoint(detail: unknown): detail is Checkpoint {
  return typeof detail === 'object' && detail !== null && 'sequence' in detail && 'selection' in detail;
}
