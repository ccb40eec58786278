/**
 * Whether an execution stops at a checkpoint, and for what reason. Pure.
 *
 * S1  After progress: at the limit of its history, where the server suggests it, and at the limit of its time.
 * S2  Without progress only for its history's sake, and after `minimumEvents` of its own: an execution that polls, or is
 *     throttled, stays bounded, and one whose limit is tiny doesn't continue as new at every checkpoint.
 * S3  A cancelled run doesn't stop at checkpoints: it is about to end.
 */
import type { InterruptionReason } from '../checkpoint.js';

/** A start has three, and a Workflow Task three more: by this one, most of an execution's events are its work's. */
export const minimumEvents = 100;

export interface ExecutionSoFar {
  readonly cancelled: boolean;
  /** Whether this execution has made progress. */
  readonly advanced: boolean;
  /** Of this execution's history. */
  readonly events: number;
  /** The server suggests to continue as new. */
  readonly suggested: boolean;
  readonly elapsedMs: number;
}

export interface ExecutionLimits {
  /** Events. */
  readonly historyLimit: number;
  readonly timeLimitMs: number;
}

/** Null: it goes on. */
export function reasonToStop(
  { cancelled, advanced, events, suggested, elapsedMs }: ExecutionSoFar,
  { historyLimit, timeLimitMs }: ExecutionLimits,
): Extract<InterruptionReason, 'history limit' | 'time limit'> | null {
  if (cancelled) return null;
  const atLimit = events >= historyLimit && (advanced || events >= minimumEvents);
  if (atLimit || suggested) return 'history limit';
  return advanced && elapsedMs >= timeLimitMs ? 'time limit' : null;
}
