import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/continuation/inspection/describe-failure.js';
import { errorToThrow, retry } from '../../../src/continuation/iteration/error-policy.js';

const counted = { message: 'the ledger is closed', times: 5 };

const aFailedActivity = (cause: unknown): Error => new Error('Activity task failed', { cause });

describe('why a run failed', () => {
  it('is the same error so and so often, and at which cursor, where that ended it', () => {
    const thrown = errorToThrow(new Error('the ledger is closed'), counted, retry(), { cursor: 6 });

    expect(describeFailure(aFailedActivity(thrown))).toBe(
      'The same error came 5 times at cursor 6: the ledger is closed',
    );
  });

  it('is the root of any other error', () => {
    const root = ApplicationFailure.nonRetryable('no such step', 'StepMismatch');

    expect(describeFailure(aFailedActivity(root))).toBe('no such step');
  });
});
