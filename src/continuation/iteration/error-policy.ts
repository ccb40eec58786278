/**
 * What to do about an item that failed.
 *
 * E1  An outage, a lost fence and the stop itself are no item's fault: no policy sees them. A store that could not keep an
 *     item (StoreFaultError) isn't either, and is counted as `retry` counts.
 * E2  `retry` (the default): the next attempt starts at the failed item; the same error at the same cursor ends the run
 *     after `times`, and so do four times as many of any text.
 * E3  `fail`: the run fails at once. In both, its cursor is kept in the failure.
 * E4  `skip`: the item counts as failed, its reason is recorded in the checkpoint (the newest ones) and told to `onSkipped`.
 * E5  An error that is marked as non-retryable fails the run, also where the policy is to retry; `skip` passes it over.
 * E6  What can't be gone through, or has a cursor that can't be kept, fails the run at once: no policy sees that either.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { Checkpoint } from '../checkpoint.js';
import { sameErrorFailure } from '../checkpoint.js';
import { CursorTooLargeError, InvalidCursorError, type JsonValue } from '../cursor.js';
import { EnumerationRefusal } from './enumerators/enumerator.js';
import { StoreFaultError, StoreOutageError } from './stores/checkpoint-store.js';

/** The same error at the same cursor this many times fails the run; its cursor is in the failure's details. */
export const maximumSameErrors = 5;

/** An error whose text is another each time is never the same: this many times as many, of any text, fail the run too. */
const anyErrorFactor = 4;

export type ErrorDecision =
  | { readonly onError: 'fail' }
  | { readonly onError: 'skip'; readonly reason: (error: unknown) => string }
  | {
      readonly onError: 'retry';
      readonly times: number;
      /** Null: the Workflow's own retry policy decides how long to wait. */
      readonly backoff: { readonly initialMs: number; readonly maximumMs: number } | null;
    };

/** One decision for every error, or one taken error by error. */
export type ErrorPolicy<Item> = ErrorDecision | ((error: unknown, item: Item) => ErrorDecision);

/** The run fails at the first error of an item. */
export const fail: ErrorDecision = { onError: 'fail' };

/** The item is passed over. @param reason what is recorded; default: the error's message */
export function skip(reason: string | ((error: unknown) => string) = errorMessage): ErrorDecision {
  return { onError: 'skip', reason: typeof reason === 'string' ? () => reason : reason };
}

/** The item is tried again, up to `times` times in all; the wait doubles from `initialMs` to `maximumMs` (default: a minute). */
export function retry(
  options: { readonly times?: number; readonly initialMs?: number; readonly maximumMs?: number } = {},
): ErrorDecision {
  const { times = maximumSameErrors, initialMs, maximumMs = 60_000 } = options;
  return { onError: 'retry', times, backoff: initialMs === undefined ? null : { initialMs, maximumMs } };
}

export interface ErrorRule {
  /** Whether an error says nothing about the item, such as a lost connection: it is retried without end and never counted. */
  readonly isOutage?: (error: unknown) => boolean;
}

/** Whether it is an outage, the job's own by its rule or a store's: no item's fault, whatever was in hand. */
export function isAway(error: unknown, { isOutage }: ErrorRule): boolean {
  return error instanceof StoreOutageError || (isOutage?.(error) ?? false);
}

/** What the policy says about an error, after what no policy may override (E5, E6). */
export function decide<Item>(
  policy: ErrorPolicy<Item> | undefined,
  error: unknown,
  item: Item,
): ErrorDecision {
  if (error instanceof EnumerationRefusal || error instanceof StoreFaultError)
    return error.mayPass ? retry() : fail;
  if (error instanceof InvalidCursorError || error instanceof CursorTooLargeError) return fail;
  const decision = typeof policy === 'function' ? policy(error, item) : (policy ?? retry());
  return decision.onError === 'retry' && isNonRetryable(error) ? fail : decision;
}

/** What to throw for an error: itself for Temporal to retry, or what ends the run with its place kept. */
export function errorToThrow(
  error: unknown,
  counted: Checkpoint['error'],
  decision: ErrorDecision,
  details: { readonly cursor: JsonValue },
): unknown {
  if (decision.onError === 'fail') return ending(typeOf(error), errorMessage(error), error, details);
  // An outage, which no policy sees (E1).
  if (counted === null || decision.onError === 'skip') return error;
  const { times, inARow = times } = counted;
  const where = details.cursor === null ? 'in a row' : `at cursor ${JSON.stringify(details.cursor)}`;
  if (times >= decision.times)
    return ending(
      sameErrorFailure,
      `The same error came ${times} times ${where}: ${errorMessage(error)}`,
      error,
      details,
    );
  if (inARow >= decision.times * anyErrorFactor)
    return ending(
      sameErrorFailure,
      `${inARow} errors came ${where}, the last one: ${errorMessage(error)}`,
      error,
      details,
    );
  if (decision.backoff === null) return error;
  const { initialMs, maximumMs } = decision.backoff;
  return ApplicationFailure.create({
    type: error instanceof Error ? error.name : 'Error',
    message: errorMessage(error),
    nextRetryDelay: Math.min(maximumMs, initialMs * 2 ** (inARow - 1)),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isNonRetryable(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

/** A failure that says its own type keeps it: whoever waits for the run looks for that. */
function typeOf(error: unknown): string {
  return (error instanceof ApplicationFailure ? error.type : null) ?? 'ItemFailed';
}

/** A failure that Temporal doesn't retry; the checkpoint in its details is where a new start can go on. */
function ending(type: string, message: string, error: unknown, details: object): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: [details],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
