import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  ServerFailure,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyError, isNonRetryable } from '../../../src/continuation/steps/describe-error.js';
import {
  defaultFailureRules as defaults,
  type FailureRules,
  judgeFailure,
  type Trouble,
} from '../../../src/continuation/steps/failure-rules.js';

const trouble = (parts: Partial<Trouble>): Trouble => ({
  nonRetryable: false,
  restartWanted: false,
  advanced: false,
  error: { times: 1, inARow: 1 },
  restarts: 0,
  resumptions: 0,
  ...parts,
});

const judge = (parts: Partial<Trouble>, rules: Partial<FailureRules> = {}) =>
  judgeFailure(trouble(parts), { ...defaults, ...rules });

describe('an error after progress', () => {
  it('resumes the run after 5 seconds', () => {
    expect(judge({ advanced: true })).toEqual({
      kind: 'go on',
      reason: 'error after progress',
      waitMs: 5_000,
    });
  });

  it('waits as long as resumeWaitMs says', () => {
    expect(judge({ advanced: true }, { resumeWaitMs: 0 })).toMatchObject({ waitMs: 0 });
  });

  it('goes to the rules for retries where resumeErrorsAfterAdvancing is off', () => {
    expect(judge({ advanced: true }, { resumeErrorsAfterAdvancing: false })).toMatchObject({
      reason: 'retry after an error',
    });
  });
});

describe('an error without progress', () => {
  it('is tried again after waits that double, up to their maximum', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((inARow) =>
      judge({ error: { times: 1, inARow } }, { retryInitialMs: 3_000, retryMaximumMs: 30_000 }),
    );

    expect(waits.map((verdict) => (verdict.kind === 'go on' ? verdict.waitMs : null))).toEqual([
      3_000, 6_000, 12_000, 24_000, 30_000, 30_000,
    ]);
  });

  it('fails the run when it comes the fifth time at the same place', () => {
    expect(judge({ error: { times: 4, inARow: 4 } })).toMatchObject({ kind: 'go on' });
    expect(judge({ error: { times: 5, inARow: 5 } })).toEqual({ kind: 'fail', why: 'same error' });
  });

  it('fails the run after twenty in a row whose messages are never the same twice', () => {
    expect(judge({ error: { times: 1, inARow: 19 } })).toMatchObject({ kind: 'go on' });
    expect(judge({ error: { times: 1, inARow: 20 } })).toEqual({ kind: 'fail', why: 'errors in a row' });
  });
});

describe('an error that says not to be retried', () => {
  it('fails the run at once, also after progress', () => {
    expect(judge({ nonRetryable: true, advanced: true })).toEqual({ kind: 'fail', why: 'not retryable' });
  });

  it('starts the run over where restartOn chose it: the job’s own word counts more', () => {
    expect(judge({ nonRetryable: true, restartWanted: true })).toMatchObject({
      reason: 'restart from scratch',
    });
  });
});

describe('restarts from scratch', () => {
  it('wait ever longer, and end after five', () => {
    expect(judge({ restartWanted: true, restarts: 1 })).toMatchObject({ kind: 'go on', waitMs: 6_000 });
    expect(judge({ restartWanted: true, restarts: 5 })).toEqual({ kind: 'fail', why: 'too many restarts' });
  });
});

describe('maxResumptions', () => {
  it('has no default: a run may be resumed without end', () => {
    expect(judge({ advanced: true, resumptions: 1_000_000 })).toMatchObject({ kind: 'go on' });
  });

  it.each<[string, Partial<Trouble>]>([
    ['an error after progress', { advanced: true }],
    ['an error without progress', {}],
    ['a restart from scratch', { restartWanted: true }],
  ])('fails the run at one more resumption, by %s', (_, parts) => {
    expect(judge({ ...parts, resumptions: 2 }, { maxResumptions: 3 })).toMatchObject({ kind: 'go on' });
    expect(judge({ ...parts, resumptions: 3 }, { maxResumptions: 3 })).toEqual({
      kind: 'fail',
      why: 'too many resumptions',
    });
  });

  it('may be 0: then nothing is resumed', () => {
    expect(judge({ advanced: true }, { maxResumptions: 0 })).toMatchObject({ kind: 'fail' });
  });
});

describe('whatever the trouble', () => {
  it('waits are never negative nor longer than the longest that the rules name', () => {
    const aTrouble = fc.record({
      nonRetryable: fc.boolean(),
      restartWanted: fc.boolean(),
      advanced: fc.boolean(),
      error: fc.record({ times: fc.nat(30), inARow: fc.nat(2_000) }),
      restarts: fc.nat(2_000),
      resumptions: fc.nat(10),
    });
    fc.assert(
      fc.property(aTrouble, (any) => {
        const rules = { ...defaults, maximumErrorsInARow: 3_000, maximumRestarts: 3_000 };

        const verdict = judgeFailure(any, rules);

        if (verdict.kind === 'fail') return;
        expect(verdict.waitMs).toBeGreaterThanOrEqual(0);
        expect(verdict.waitMs).toBeLessThanOrEqual(Math.max(rules.resumeWaitMs, rules.retryMaximumMs));
      }),
    );
  });
});

const byActivity = (cause: Error, retryState: 'MAXIMUM_ATTEMPTS_REACHED' | 'NON_RETRYABLE_FAILURE') =>
  new ActivityFailure('Activity task failed', 'charge', '1', retryState, 'worker-1', cause);

const declined = (nonRetryable: boolean) =>
  ApplicationFailure.create({ type: 'CardDeclined', message: 'the card was declined', nonRetryable });

describe('an error’s identity', () => {
  it('is type and message of its root, not of the Activity that failed', () => {
    expect(identifyError(byActivity(declined(false), 'MAXIMUM_ATTEMPTS_REACHED'))).toEqual({
      type: 'CardDeclined',
      message: 'the card was declined',
    });
  });

  it('tells one kind of timeout from another', () => {
    const late = new TimeoutFailure('activity timeout', null, 'START_TO_CLOSE');
    const lost = new TimeoutFailure('activity timeout', null, 'HEARTBEAT');

    expect(identifyError(late).type).not.toBe(identifyError(lost).type);
  });
});

describe('not to be retried', () => {
  const child = (cause: Error) =>
    new ChildWorkflowFailure('default', { workflowId: 'child' }, 'work', 'MAXIMUM_ATTEMPTS_REACHED', cause);

  it.each<[string, TemporalFailure]>([
    ['an error that says so', declined(true)],
    ['one beneath an Activity’s failure', byActivity(declined(true), 'MAXIMUM_ATTEMPTS_REACHED')],
    ['one beneath a child’s Activity', child(byActivity(declined(true), 'MAXIMUM_ATTEMPTS_REACHED'))],
    ['a type that the retry policy names', byActivity(declined(false), 'NON_RETRYABLE_FAILURE')],
    ['a server’s refusal', new ServerFailure('no such namespace', true)],
  ])('is %s', (_, failure) => {
    expect(isNonRetryable(failure)).toBe(true);
  });

  it.each<[string, TemporalFailure]>([
    ['an error that says nothing', declined(false)],
    ['an Activity out of attempts', byActivity(declined(false), 'MAXIMUM_ATTEMPTS_REACHED')],
    ['any other failure', new TemporalFailure('some failure')],
  ])('is not %s', (_, failure) => {
    expect(isNonRetryable(failure)).toBe(false);
  });
});
