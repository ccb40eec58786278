/**
 * What no further attempt would mend: it fails the run loudly, with its place kept, instead of being tried for ever.
 *
 * A1  Attempts that are lost again and again at one cursor (an item that takes its process along) end the run.
 * A2  A store that can't be used as it is ends it at once.
 * A3  A claim that a store refused for a later epoch would be refused again: the Workflow has to take over, or nobody.
 */
import { ApplicationFailure } from '@temporalio/activity';
import { type Checkpoint, fenceLostFailure } from '../checkpoint.js';
import { type JsonValue, sameCursor } from '../cursor.js';
import { FenceLostError, StoreUnusableError } from './stores/checkpoint-store.js';

/** Attempts lost in a row, without one item done, after which a run fails. */
export const maximumLostAttempts = 10;

/** @param checkpoint this attempt's own resumption is the last of its list. @throws NoProgressError as an ApplicationFailure (A1) */
export function assertGetsFurther(checkpoint: Checkpoint): void {
  const { resumptions, cursor, error } = checkpoint;
  let lost = 0;
  let expected = resumptions.at(-1)?.attempt ?? 1;
  for (const { resumedAfter, attempt } of resumptions.toReversed()) {
    // One Activity's attempts follow each other: a gap is an attempt that came to an end of its own.
    if (!sameCursor(resumedAfter, cursor) || attempt === 1 || attempt !== expected) break;
    lost += 1;
    expected -= 1;
  }
  // An attempt that failed by an error was a resumption as well, and is counted as that error.
  lost -= error?.inARow ?? error?.times ?? 0;
  if (lost > maximumLostAttempts) throw lostTooOften(lost, checkpoint);
}

/** What fails a run whose attempts are lost. @param details where a new start can go on */
export function lostTooOften(times: number, details: { readonly cursor: JsonValue }): ApplicationFailure {
  const where = details.cursor === null ? 'before the first item' : `after ${JSON.stringify(details.cursor)}`;
  return ApplicationFailure.create({
    type: 'NoProgressError',
    message: `${times} workers were lost in a row ${where}, none of which did an item. Does that item take its process along (memory, a crash)? The run's place is kept: mend the cause, then start it again from there.`,
    nonRetryable: true,
    details: [details],
  });
}

/** What to throw for what opening a store threw (A2, A3). */
export function unlessUnusable(error: unknown): unknown {
  if (error instanceof FenceLostError && error.owner !== undefined) {
    const { message, owner } = error;
    return ApplicationFailure.create({
      type: fenceLostFailure,
      message,
      nonRetryable: true,
      details: [owner],
    });
  }
  if (!(error instanceof StoreUnusableError)) return error;
  const { name: type, message } = error;
  return ApplicationFailure.create({ type, message, nonRetryable: true, cause: error });
}
