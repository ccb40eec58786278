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
 * E7  Each failure of an iteration has the checkpoint as the last of its details, and is the error's own otherwise: type,
 *     message, details, category. Temporal may make any of them the last one (maximumAttempts, nonRetryableErrorTypes).
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

/** Whether it fails the run at once, whatever was done before it: what can't be gone through, or has lost its fence's shape (E6). */
export function endsAtOnce(error: unknown): boolean {
  return (error instanceof EnumerationRefusal || error instanceof StoreFaultError) && !error.mayPass;
}

/** What the policy says about an error, after what no policy may override (E5, E6). */
export function decide<Item>(
  policy: ErrorPolicy<Item> | undefined,
  error: unknown,
  item: Item,
): ErrorDecision {
  if (endsAtOnce(error)) return fail;
  if (error instanceof EnumerationRefusal || error instanceof StoreFaultError) return retry();
  if (error instanceof InvalidCursorError || error instanceof CursorTooLargeError) return fail;
  const decision = typeof policy === 'function' ? policy(error, item) : (policy ?? retry());
  return decision.onError === 'retry' && isNonRetryable(error) ? fail : decision;
}

/**
 * What to throw for an error: for Temporal to retry, or what ends the run.
 *
 * @param place where a new start can go on. An iteration's checkpoint goes into each failure (E7); a step keeps its place
 *   in its Workflow, which gets the error as it is unless that ends the run
 */
export function errorToThrow(
  error: unknown,
  counted: Checkpoint['error'],
  decision: ErrorDecision,
  place: Place,
): unknown {
  if (decision.onError === 'fail') return sameFailure(error, { details: [place], nonRetryable: true });
  // An outage, which no policy sees (E1).
  if (counted === null || decision.onError === 'skip') return again(error, place);
  const { times, inARow = times } = counted;
  const where = place.cursor === null ? 'in a row' : `at cursor ${JSON.stringify(place.cursor)}`;
  if (times >= decision.times)
    return tooOften(`The same error came ${times} times ${where}: ${errorMessage(error)}`, error, place);
  if (inARow >= decision.times * anyErrorFactor)
    return tooOften(`${inARow} errors came ${where}, the last one: ${errorMessage(error)}`, error, place);
  if (decision.backoff === null) return again(error, place);
  const { initialMs, maximumMs } = decision.backoff;
  return sameFailure(error, {
    details: isCheckpoint(place) ? [place] : [],
    nextRetryDelay: Math.min(maximumMs, initialMs * 2 ** (inARow - 1)),
  });
}

/** The error for Temporal to retry, with the checkpoint: Temporal may find that this was its last time (E7). */
function again(error: unknown, place: Place): unknown {
  return isCheckpoint(place) ? sameFailure(error, { details: [place] }) : error;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Place = Checkpoint | { readonly cursor: JsonValue };

function isCheckpoint(place: Place): place is Checkpoint {
  return 'sequence' in place;
}

function isNonRetryable(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

/** As an ApplicationFailure goes to Temporal, with the error that it stands for, which doesn't. */
class FailureFor extends ApplicationFailure {
  constructor(
    readonly original: unknown,
    ...parts: ConstructorParameters<typeof ApplicationFailure>
  ) {
    super(...parts);
  }
}

/**
 * What the job or a store threw, of an error that an interceptor around an iteration or a batch caught: with its class, its
 * `code` and whatever else the failure to be sent has no place for. Any other error as it is.
 */
export function originalError(error: unknown): unknown {
  return error instanceof FailureFor ? error.original : error;
}

/** The same failure as Temporal would make of the error, type and all (`nonRetryableErrorTypes` goes by it), with more in it. */
function sameFailure(
  error: unknown,
  more: {
    readonly details: readonly unknown[];
    readonly nonRetryable?: boolean;
    readonly nextRetryDelay?: number;
  },
): ApplicationFailure {
  const as = ApplicationFailure.fromError(error);
  const failure = new FailureFor(
    error,
    as.message,
    as.type ?? 'Error',
    more.nonRetryable ?? as.nonRetryable,
    [...(as.details ?? []), ...more.details],
    // Not the error itself: told once more as its own cause it would have no type there, and its Workflow looks at the root.
    as.cause,
    more.nextRetryDelay ?? as.nextRetryDelay,
    as.category,
  );
  if (as.stack !== undefined) failure.stack = as.stack;
  return failure;
}

/** Ends the run at an error that came again and again; the checkpoint in its details is where a new start can go on. */
function tooOften(message: string, error: unknown, place: Place): ApplicationFailure {
  return ApplicationFailure.create({
    type: sameErrorFailure,
    message,
    nonRetryable: true,
    details: [place],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
