/**
 * What the loops need to know of the Activity attempt that they run in, read from Temporal's Activity context.
 *
 * Cancellation reasons are the SDK's: WORKER_SHUTDOWN once the worker is stopping, CANCELLED and PAUSED on the server's
 * word, NOT_FOUND and TIMED_OUT where another attempt owns the work by now.
 * @see https://typescript.temporal.io/api/classes/activity.Context#cancelled
 */
import { CancelledFailure, Context } from '@temporalio/activity';
import type { InterruptionReason } from '../checkpoint.js';

export interface ActivityAttempt {
  readonly attempt: number;
  /** Details of the last heartbeat of an earlier attempt; unchecked. */
  readonly heartbeatDetails: unknown;
  /** Null where none is set: then nobody would miss a heartbeat. */
  readonly heartbeatTimeoutMs: number | null;
  heartbeat(details: unknown): void;
  /** Why to stop, or null to go on. @throws CancelledFailure where another attempt owns the work: then nothing more may be done. */
  interruption(): InterruptionReason | null;
  warn(message: string, facts: Record<string, unknown>): void;
  /** Aborts when there is a reason to stop. */
  readonly stopping: AbortSignal;
}

/** The attempt that the calling code runs in. @throws outside an Activity */
export function currentAttempt(): ActivityAttempt {
  const context = Context.current();
  return {
    attempt: context.info.attempt,
    heartbeatDetails: context.info.heartbeatDetails,
    heartbeatTimeoutMs: context.info.heartbeatTimeoutMs ?? null,
    heartbeat: (details) => context.heartbeat(details),
    interruption: () =>
      context.cancellationSignal.aborted ? interruptionOf(context.cancellationSignal.reason) : null,
    warn: (message, facts) => context.log.warn(message, facts),
    stopping: context.cancellationSignal,
  };
}

/** Reads a cancellation's reason. @throws the reason itself where the work belongs to another attempt */
function interruptionOf(reason: unknown): InterruptionReason {
  const word = reason instanceof CancelledFailure ? reason.message : String(reason);
  switch (word) {
    case 'WORKER_SHUTDOWN':
      return 'worker stopping';
    case 'CANCELLED':
      return 'cancelled';
    case 'PAUSED':
      return 'paused by the server';
    default:
      throw reason;
  }
}

/** Whether an error is only the stop itself, as waits throw it that are cut short by `stopping`: the item is not done, and not at fault. */
export function isStopItself(error: unknown, { stopping }: Pick<ActivityAttempt, 'stopping'>): boolean {
  if (!stopping.aborted) return false;
  return error === stopping.reason || (error instanceof Error && error.name === 'AbortError');
}
