/**
 * What a job's own code did wrong. These never resume by themselves: the same code would do the same again,
 * so they fail the run (as `ActiveJob::Continuation::InvalidStepError` does).
 */
import { ApplicationFailure } from '@temporalio/workflow';
import type { InvalidCursorError } from '../cursor.js';

/** Steps that are duplicate, nested, renamed, reordered or left out. @see rails activejob/lib/active_job/continuation/validation.rb */
export function invalidStep(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'InvalidStepError', message, nonRetryable: true });
}

/** A cursor that JSON can't carry. Thrown as it is it would only fail the Workflow Task, which is tried again for ever. */
export function invalidCursor(cause: InvalidCursorError): ApplicationFailure {
  return ApplicationFailure.create({
    type: cause.name,
    message: cause.message,
    nonRetryable: true,
    details: [cause.path],
    cause,
  });
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
