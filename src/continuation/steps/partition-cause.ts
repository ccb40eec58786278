/**
 * A failed partition's error as the cause of the run's failure. Pure.
 *
 * U1  It has the types and messages of the whole chain, as the error had.
 * U2  What the library keeps in it is left out: it stands in the run's own details, and twice is too much for a payload.
 * U3  Its size has a limit, whatever the partition's Activities failed with: details that are too large are left out, and
 *     long texts are cut.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { bytesOf } from './result-limits.js';

/** Of the 2 MiB that Temporal takes in a failure; the most of them are what the run keeps. */
const maximumCauseBytes = 256 * 1024;

/** Of a message, and of a stack trace. */
const maximumTextLength = 4_000;

/** Causes of causes. Temporal's own are three or four levels. */
const maximumDepth = 20;

export function causeOf(error: Error): Error {
  return slim(error, maximumCauseBytes, maximumDepth);
}

function slim(error: Error, room: number, depth: number): Error {
  const details = detailsOf(error).filter((detail) => !isOurs(detail));
  const size = bytesOf(details);
  const fits = size <= room;
  const cause =
    error.cause instanceof Error && depth > 1
      ? slim(error.cause, fits ? room - size : room, depth - 1)
      : undefined;
  const slimmed = rebuilt(error, fits ? details : [], cause);
  // Others say that a run was terminated, or what a server had to say: they have no details.
  if (slimmed === null) return error;
  slimmed.stack = cut(error.stack ?? '');
  return slimmed;
}

/** By its kind, and not as it came: the SDK would send that again with all that was in it. Null for kinds without details. */
function rebuilt(error: Error, details: unknown[], cause: Error | undefined): Error | null {
  const message = cut(error.message);
  if (error instanceof ApplicationFailure) {
    const { type, nonRetryable, nextRetryDelay, category } = error;
    return new ApplicationFailure(message, type, nonRetryable, details, cause, nextRetryDelay, category);
  }
  if (error instanceof ChildWorkflowFailure) {
    const { namespace, execution, workflowType, retryState } = error;
    return new ChildWorkflowFailure(namespace, execution, workflowType, retryState, cause);
  }
  if (error instanceof ActivityFailure) {
    const { activityType, activityId, retryState, identity } = error;
    return new ActivityFailure(message, activityType, activityId, retryState, identity, cause);
  }
  if (error instanceof TimeoutFailure) return new TimeoutFailure(message, details[0], error.timeoutType);
  if (error instanceof CancelledFailure) return new CancelledFailure(message, details, cause);
  return null;
}

function detailsOf(error: Error): readonly unknown[] {
  if (error instanceof TimeoutFailure) return [error.lastHeartbeatDetails];
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error.details ?? [];
  return [];
}

function cut(text: string): string {
  return text.length <= maximumTextLength ? text : `${text.slice(0, maximumTextLength)}…`;
}

/** What the library keeps in a failure: it says so in its type. */
export function isOurs(kept: unknown): boolean {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'type' in kept &&
    typeof kept.type === 'string' &&
    kept.type.startsWith('leftoff.')
  );
}
