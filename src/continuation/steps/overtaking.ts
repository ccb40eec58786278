/**
 * What a Workflow does whose Activity was refused by its own fence: it takes over.
 *
 * O1  A failure reaches a Workflow only from the attempt that the server holds to be current: whoever wakes too late is answered
 *     NOT_FOUND. So a refusal that is told here means that the store knows a later epoch than this history: the run was reset,
 *     or the Activity was, or it was started again from an older place.
 * O2  The Workflow is what issues epochs: it goes on above the one that refused it. Deterministic, for that number is in history.
 * O3  Not without end: what is refused again and again is not owned alone.
 */
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { fenceLostFailure } from '../checkpoint.js';

/** Refusals in a row after which a run fails. Two are possible in a healthy system: a reset while the old run's Activity still ends. */
export const maximumRefusals = 3;

/** The generation that refused an Activity; null for any other error. */
export function refusedBy(error: unknown): number | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== fenceLostFailure) return null;
  const owner: unknown = cause.details?.[0];
  const isEpoch = typeof owner === 'object' && owner !== null && 'generation' in owner;
  return isEpoch && typeof owner.generation === 'number' ? owner.generation : null;
}
