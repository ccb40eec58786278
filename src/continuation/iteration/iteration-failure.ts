/** What an execution throws that ended in an error: counted at its cursor, with its place kept. */
import type { Cursor } from '../cursor.js';
import { decide, type ErrorRule, errorMessage, errorToThrow, isAway } from './error-policy.js';
import type { OpenIteration } from './open-iteration.js';
import { FenceLostError } from './stores/checkpoint-store.js';
import { ItemFailure } from './work-item.js';

/** @returns the failure to throw. The checkpoint has been handed over by then. */
export async function failureOf<C extends Cursor>(
  thrown: unknown,
  rule: ErrorRule,
  { progress, flush }: OpenIteration<C>,
): Promise<unknown> {
  // Whoever has taken over keeps the checkpoint now.
  if (thrown instanceof FenceLostError) return thrown;
  const error = thrown instanceof ItemFailure ? thrown.cause : thrown;
  const away = !(thrown instanceof ItemFailure) && isAway(error, rule);
  if (away) progress.metOutage();
  else progress.fail(errorMessage(error));
  const decision = thrown instanceof ItemFailure ? thrown.decision : decide(undefined, error, null);
  const checkpoint = await flush().catch(() => progress.checkpoint('read'));
  return errorToThrow(error, away ? null : progress.error, decision, checkpoint);
}
