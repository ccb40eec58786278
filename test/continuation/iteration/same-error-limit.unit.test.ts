import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { errorToThrow, maximumSameErrors } from '../../../src/continuation/iteration/same-error-limit.js';

const refused = new Error('refused');

describe('the same error at the same cursor', () => {
  it.each([0, 1, 4])('after %i times is thrown as it is, for Temporal to retry', (times) => {
    expect(errorToThrow(refused, times, { cursor: null })).toBe(refused);
  });

  it('ends the run at the fifth time', () => {
    expect(maximumSameErrors).toBe(5);
    expect(errorToThrow(refused, 5, { cursor: null })).toMatchObject({
      nonRetryable: true,
      type: 'SameErrorAtSameCursor',
    });
  });

  it('before any cursor names none', () => {
    expect(errorToThrow(refused, 5, { cursor: null })).toMatchObject({
      message: 'The same error came 5 times in a row: refused',
    });
  });

  it('names the error and the cursor, keeps it as the cause and has the checkpoint in its details', () => {
    const failure = errorToThrow(refused, 5, { cursor: 23 });

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      message: 'The same error came 5 times at cursor 23: refused',
      cause: refused,
      details: [{ cursor: 23 }],
    });
  });

  it('may be anything that was thrown', () => {
    expect(errorToThrow('a string', 5, { cursor: null })).toMatchObject({
      message: expect.stringContaining('a string'),
    });
  });
});
