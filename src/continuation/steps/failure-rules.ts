/**
 * What becomes of a run whose body threw a Temporal failure: resumed, tried again, started over, or failed. Pure.
 *
 * F1  `restartOn` is asked first: it is the job's own word, also about an error that says not to be retried.
 * F2  An error that says not to be retried, anywhere in its chain of causes, fails the run at once.
 * F3  The same error at the same step and cursor, `maximumSameErrors` times, fails the run; so do `maximumErrorsInARow` of
 *     any kind there, for a message with a time or an id in it is never the same twice.
 *     An error that the job catches counts as well, when it calls the step again.
 * F4  After progress in this execution the run resumes with that progress; without, it waits ever longer and tries again.
 * F5  Whatever goes on counts as a resumption, and `maxResumptions` bounds them all.
 *
 * @see rails activejob/lib/active_job/continuable.rb for F4
 */
import type { TemporalFailure } from '@temporalio/workflow';
import { production } from '../timing.js';
import type { ErrorAtPlace } from './continuation.js';

export interface FailureRules {
  /** Whether an error after progress resumes the run with it, before the rules for retries see it. Default: true, as in Rails. */
  readonly resumeErrorsAfterAdvancing: boolean;
  /** Milliseconds before that; default: Rails' 5 s. */
  readonly resumeWaitMs: number;
  /** Milliseconds before an error without progress is tried again for the first time; doubles up to `retryMaximumMs`. */
  readonly retryInitialMs: number;
  readonly retryMaximumMs: number;
  /** How often the same error may come at the same step and cursor before the run fails. */
  readonly maximumSameErrors: number;
  /** How many errors may come in a row at the same step and cursor, whatever they say. */
  readonly maximumErrorsInARow: number;
  /** How often `restartOn` may start the run over. */
  readonly maximumRestarts: number;
  /**
   * How often the run may be picked up again; null: without limit, the default.
   *
   * Counts interruptions of batches, lost workers, and errors. Not continue-as-new for the sake of history or of an
   * isolated step: those come with the amount of work, not with trouble, and a limit on them would be one on the job's size.
   */
  readonly maxResumptions: number | null;
  /** Says of which errors the run starts over from scratch: no steps, no cursor, no counts. Deterministic, as all Workflow code. */
  readonly restartOn: (failure: TemporalFailure) => boolean;
}

/** Five tries and a wait of 3 s are what Rails' `retry_on` has. */
export const defaultFailureRules: FailureRules = {
  resumeErrorsAfterAdvancing: true,
  resumeWaitMs: 5_000,
  retryInitialMs: 3_000,
  retryMaximumMs: production.retryMaximumMs,
  maximumSameErrors: 5,
  maximumErrorsInARow: 20,
  maximumRestarts: 5,
  maxResumptions: null,
  restartOn: () => false,
};

/** What the rules ask about a failure and the run that it hit. */
export interface Trouble {
  readonly nonRetryable: boolean;
  readonly restartWanted: boolean;
  /** Whether this execution has made progress. */
  readonly advanced: boolean;
  /** The error with its counts, this time included. */
  readonly error: Pick<ErrorAtPlace, 'times' | 'inARow'>;
  /** How often before. */
  readonly restarts: number;
  readonly resumptions: number;
}

export type TooOften = 'same error' | 'errors in a row';

export type ReasonToFail = 'not retryable' | TooOften | 'too many restarts' | 'too many resumptions';

export type Verdict =
  | {
      readonly kind: 'go on';
      readonly reason: 'error after progress' | 'retry after an error' | 'restart from scratch';
      readonly waitMs: number;
    }
  | { readonly kind: 'fail'; readonly why: ReasonToFail };

export function judgeFailure(trouble: Trouble, rules: FailureRules): Verdict {
  const { error, restarts, advanced } = trouble;
  const exhausted = rules.maxResumptions !== null && trouble.resumptions >= rules.maxResumptions;
  if (trouble.restartWanted) {
    if (restarts >= rules.maximumRestarts) return { kind: 'fail', why: 'too many restarts' };
    if (exhausted) return { kind: 'fail', why: 'too many resumptions' };
    return { kind: 'go on', reason: 'restart from scratch', waitMs: backoffMs(restarts, rules) };
  }
  if (trouble.nonRetryable) return { kind: 'fail', why: 'not retryable' };
  const often = cameTooOften(error, rules);
  if (often !== null) return { kind: 'fail', why: often };
  if (exhausted) return { kind: 'fail', why: 'too many resumptions' };
  if (advanced && rules.resumeErrorsAfterAdvancing)
    return { kind: 'go on', reason: 'error after progress', waitMs: rules.resumeWaitMs };
  return { kind: 'go on', reason: 'retry after an error', waitMs: backoffMs(error.inARow - 1, rules) };
}

/** Whether an error is the last one that its place may have (F3); null: it isn't. */
export function cameTooOften(
  { times, inARow }: Trouble['error'],
  rules: Pick<FailureRules, 'maximumSameErrors' | 'maximumErrorsInARow'>,
): TooOften | null {
  if (times >= rules.maximumSameErrors) return 'same error';
  return inARow >= rules.maximumErrorsInARow ? 'errors in a row' : null;
}

function backoffMs(triedBefore: number, { retryInitialMs, retryMaximumMs }: FailureRules): number {
  return Math.min(retryInitialMs * 2 ** triedBefore, retryMaximumMs);
}
