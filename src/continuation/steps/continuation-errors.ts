/**
 * The failures that the library itself ends a run with, one function a kind.
 *
 * E1  None is retried or resumed by itself: the same code would do the same again.
 * E2  Each says what happened and what to do next; its type is what callers and tests compare.
 * E3  `keepingContinuation` gives a failing run's failure the progress to start again from, and hides nothing of the original.
 */
import { ApplicationFailure, type TemporalFailure } from '@temporalio/common';
import { sameErrorFailure } from '../checkpoint.js';
import type { CursorTooLargeError, InvalidCursorError } from '../cursor.js';
import type { CarriedIteration } from './carried-iteration.js';
import type { Continuation, ErrorAtPlace, PlannedInterruption } from './continuation.js';
import { identifyError } from './describe-error.js';
import type { FailureRules, ReasonToFail, TooOften } from './failure-rules.js';

/** Steps that are duplicate, nested, renamed, reordered or left out. @see rails activejob/lib/active_job/continuation/validation.rb */
export function invalidStep(message: string): ApplicationFailure {
  return nonRetryable('InvalidStepError', message);
}

/** A cursor that JSON can't carry. Thrown as it is it would only fail the Workflow Task, which is tried again for ever. */
export function invalidCursor(cause: InvalidCursorError | CursorTooLargeError): ApplicationFailure {
  const details = 'path' in cause ? [cause.path] : [];
  return ApplicationFailure.create({
    type: cause.name,
    message: cause.message,
    nonRetryable: true,
    details,
    cause,
  });
}

/** A cursor object that the step changed without `set`: to others that is no progress. */
export function cursorChangedInPlace(step: string): ApplicationFailure {
  return nonRetryable(
    'InvalidCursorError',
    `Step '${step}' changed its cursor in place, which no checkpoint sees. Call step.set with the new cursor.`,
  );
}

/** A batch that a Workflow or an Activity wrote by hand. */
export function invalidBatchCursor(step: string, cursor: unknown): ApplicationFailure {
  return nonRetryable(
    'InvalidCursorError',
    `A batch of step '${step}' reports the cursor ${shown(cursor)}, which is no encoded cursor: report what workBatch returned, or make the batch by batchOf.`,
  );
}

/** A result that would be carried along by each continue-as-new. @param whose such as `the result of step 'sum'` */
export function resultTooLarge(whose: string, bytes: number, limit: string): ApplicationFailure {
  return nonRetryable(
    'ResultTooLargeError',
    `${whose} has ${bytes} bytes as JSON, ${limit}: results are carried along from execution to execution. Keep what is large elsewhere, return what it is found by, and start the run again with what it kept.`,
  );
}

/** A second argument that is none of ours, of another pattern, or of a later release. */
export function invalidCarried(carried: unknown, wanted: string): ApplicationFailure {
  return nonRetryable(
    'InvalidCarriedError',
    `The Workflow was started with ${shown(carried)} as its second argument, and takes ${wanted} there: the first detail of a failed run's failure, as it is, or nothing.`,
  );
}

/** `advance` on a cursor that has no next position. @param found the cursor's type, in words */
export function unadvanceableCursor(step: string, found: string): ApplicationFailure {
  return nonRetryable(
    'UnadvanceableCursorError',
    `Step '${step}' can't advance from a cursor that is ${found}. Integers and bigints have a next position; for others give the step a 'next' function, or call step.set.`,
  );
}

/** A run that is interrupted again and again and never gets further. */
export function noProgress(message: string, details: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'NoProgressError',
    message,
    nonRetryable: true,
    details: [details],
  });
}

/** One pick-up more than `maxResumptions`. @see rails' ActiveJob::Continuation::ResumeLimitError */
export function resumeLimit(maxResumptions: number, cause?: Error): ApplicationFailure {
  return nonRetryable(
    'ResumeLimitError',
    `The run was resumed ${maxResumptions} times, as often as its maxResumptions allows. Its progress is kept: look for what interrupts it, then retry it.`,
    cause,
  );
}

/** One start from scratch more than `maximumRestarts`. */
function restartLimit(maximumRestarts: number, cause: TemporalFailure): ApplicationFailure {
  const { message } = identifyError(cause);
  return nonRetryable(
    'RestartLimitError',
    `The run was started over ${maximumRestarts} times, as often as its maximumRestarts allows: ${message}`,
    cause,
  );
}

/** Too many errors at the same step and cursor: the same one, or any. */
export function cameTooOftenFor(why: TooOften, error: ErrorAtPlace, cause: Error): ApplicationFailure {
  return why === 'same error' ? sameError(error, cause) : errorsInARow(error, cause);
}

function sameError({ times, ...place }: ErrorAtPlace, cause: Error): ApplicationFailure {
  return nonRetryable(
    sameErrorFailure,
    `The same error came ${times} times ${placed(place)}: ${place.message}`,
    cause,
  );
}

function errorsInARow({ inARow, ...place }: ErrorAtPlace, cause: Error): ApplicationFailure {
  return nonRetryable(
    'NoProgressError',
    `${inARow} errors came in a row ${placed(place)}, the last one: ${place.message}`,
    cause,
  );
}

/** A test planned an interruption at a point that its run never came to. */
export function plannedInterruptionNotMet(unmet: readonly PlannedInterruption[]): ApplicationFailure {
  const points = unmet.map((point) =>
    point.kind === 'after' || point.at === undefined
      ? `${point.kind} step '${point.step}'`
      : `during step '${point.step}' at ${JSON.stringify(point.at)}`,
  );
  return nonRetryable(
    'PlannedInterruptionNotMet',
    `The run ended without a checkpoint ${points.join(', nor ')}, where an interruption was planned. After the last step, and before the first one, there is no checkpoint.`,
  );
}

/** The same failure with what the run can start again from as the first of its details. */
export function keepingContinuation(
  failure: ApplicationFailure,
  kept: Continuation | CarriedIteration,
): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.type ?? failure.name,
    message: failure.message,
    nonRetryable: true,
    details: [kept, ...(failure.details ?? [])],
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  });
}

/** What a body threw, under its own type and message. */
export function failedBy(cause: TemporalFailure): ApplicationFailure {
  const { type, message } = identifyError(cause);
  return nonRetryable(type, message, cause);
}

/** What fails the run where the rules for failures say so. */
export function failedFor(
  why: ReasonToFail,
  thrown: TemporalFailure,
  error: ErrorAtPlace,
  rules: FailureRules,
): ApplicationFailure {
  switch (why) {
    case 'not retryable':
      return failedBy(thrown);
    case 'same error':
    case 'errors in a row':
      return cameTooOftenFor(why, error, thrown);
    case 'too many restarts':
      return restartLimit(rules.maximumRestarts, thrown);
    case 'too many resumptions':
      return resumeLimit(rules.maxResumptions ?? 0, thrown);
  }
}

/** A value as far as a message has room for it: what the library wrote says its type. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'type' in value)
    return `'${String(value.type)}' of version ${'version' in value ? String(value.version) : 'none'}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

function placed({ step, cursor }: Pick<ErrorAtPlace, 'step' | 'cursor'>): string {
  if (step === null) return 'outside of any step';
  return `in step '${step}' ${cursor === null ? 'before its first cursor' : `at cursor ${JSON.stringify(cursor)}`}`;
}

function nonRetryable(type: string, message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
