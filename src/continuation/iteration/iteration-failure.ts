/** What an execution throws that ended in an error: counted at its cursor, with its place kept. */
import type { Checkpoint } from '../checkpoint.js';
import type { Cursor } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { type ErrorRule, errorMessage, errorToThrow } from './error-policy.js';
import { unlessUnusable } from './hopeless-attempts.js';
import type { IterationInput } from './iteration-input.js';
import { attemptsHeardOf } from './liveness.js';
import type { OpenIteration } from './open-iteration.js';
import { readCheckpoint } from './read-checkpoint.js';
import { beginAttempt, chooseStartingPoint } from './starting-point.js';
import { FenceLostError } from './stores/checkpoint-store.js';
import { endedBy } from './work-item.js';
import { meterOf, type WorkMeter } from './work-meter.js';

/** @returns the failure to throw. The checkpoint has been handed over by then. */
export async function failureOf<C extends Cursor>(
  thrown: unknown,
  rule: ErrorRule,
  { progress, flush, meter }: OpenIteration<C>,
): Promise<unknown> {
  // Whoever has taken over keeps the checkpoint now.
  if (thrown instanceof FenceLostError) return thrown;
  const { error, away, decision } = endedBy(thrown, rule);
  if (away) progress.tookNothingUp();
  else progress.fail(errorMessage(error));
  meter.failed(error, away ? null : progress.error);
  const checkpoint = await flush().catch(() => progress.checkpoint('read'));
  return errorToThrow(error, away ? null : progress.error, decision, checkpoint);
}

/**
 * What an attempt throws that met an error before its checkpoints were open: counted at the newest place that is known
 * without the store, and handed over by the heartbeat. A store that is away is no error, and the attempt not lost.
 */
export function failureBeforeItOpened(
  thrown: unknown,
  input: IterationInput<unknown>,
  attempt: ActivityAttempt,
  {
    rule = {},
    meter = meterOf(attempt, undefined),
  }: { readonly rule?: ErrorRule; readonly meter?: WorkMeter } = {},
): unknown {
  if (thrown instanceof FenceLostError) return unlessUnusable(thrown);
  let fromHeartbeat: Checkpoint | null;
  try {
    fromHeartbeat = readCheckpoint(attempt.heartbeatDetails, 'the heartbeat');
  } catch {
    // Nothing may be sent over what can't be read.
    return thrown;
  }
  const start = chooseStartingPoint(input.from, fromHeartbeat);
  const heard = attemptsHeardOf(attempt.heartbeatDetails);
  const progress = beginAttempt(start, input, attempt.attempt, { heard });
  const error = unlessUnusable(thrown);
  const { away, decision } = endedBy(error, rule);
  progress.tookNothingUp();
  if (!away) progress.fail(errorMessage(error));
  meter.failed(error, away ? null : progress.error);
  const checkpoint = progress.checkpoint('read');
  attempt.heartbeat(checkpoint);
  return errorToThrow(error, away ? null : progress.error, decision, checkpoint);
}
