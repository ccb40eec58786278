/**
 * When an error ends a run: Temporal retries for ever, so the library counts the same error at the same cursor itself.
 *
 * An Activity's attempts can't be the count: lost workers spend them too.
 */
import { ApplicationFailure } from '@temporalio/activity';
import { sameErrorFailure } from '../checkpoint.js';
import type { JsonValue } from '../cursor.js';

/** The same error at the same cursor this many times fails the run; its cursor is in the failure's details. */
export const maximumSameErrors = 5;

export interface ErrorRule {
  /** Whether an error says nothing about the item, such as a lost connection: it is retried without end and never counted. */
  readonly isOutage?: (error: unknown) => boolean;
}

/** Decides what to throw for an error that came `times` times at this cursor (null: before any). */
export function errorToThrow(
  error: unknown,
  times: number,
  details: { readonly cursor: JsonValue },
): unknown {
  if (times < maximumSameErrors) return error;
  const where = details.cursor === null ? 'in a row' : `at cursor ${JSON.stringify(details.cursor)}`;
  return ApplicationFailure.create({
    type: sameErrorFailure,
    message: `The same error came ${times} times ${where}: ${errorMessage(error)}`,
    nonRetryable: true,
    details: [details],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
