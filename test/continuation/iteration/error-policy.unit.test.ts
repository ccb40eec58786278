import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import {
  decide,
  errorToThrow,
  fail,
  maximumSameErrors,
  originalError,
  retry,
  skip,
} from '../../../src/continuation/iteration/error-policy.js';
import { aCheckpoint } from '../some-checkpoints.js';

const refused = new Error('refused');
const counted = (times: number, inARow = times) => ({ message: 'refused', times, inARow });
const nowhere = { cursor: null };
const someCheckpoint = aCheckpoint({ cursor: 23, sequence: 23 });

describe('the same error at the same cursor', () => {
  it.each([1, 4])(
    'after %i times is thrown as it is where the Workflow keeps the place, for Temporal to retry',
    (times) => {
      expect(errorToThrow(refused, counted(times), retry(), nowhere)).toBe(refused);
    },
  );

  it('ends the run at the fifth time', () => {
    expect(maximumSameErrors).toBe(5);
    expect(errorToThrow(refused, counted(5), retry(), nowhere)).toMatchObject({
      nonRetryable: true,
      type: 'SameErrorAtSameCursor',
    });
  });

  it('ends the run after as many times as the policy says', () => {
    const twice = retry({ times: 2 });

    expect(errorToThrow(refused, counted(1), twice, nowhere)).toBe(refused);
    expect(errorToThrow(refused, counted(2), twice, nowhere)).toMatchObject({ nonRetryable: true });
  });

  it('before any cursor names none', () => {
    expect(errorToThrow(refused, counted(5), retry(), nowhere)).toMatchObject({
      message: 'The same error came 5 times in a row: refused',
    });
  });

  it('names the error and the cursor, keeps it as the cause and has the checkpoint in its details', () => {
    const failure = errorToThrow(refused, counted(5), retry(), { cursor: 23 });

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      message: 'The same error came 5 times at cursor 23: refused',
      cause: refused,
      details: [{ cursor: 23 }],
    });
  });

  it('may be anything that was thrown', () => {
    expect(errorToThrow('a string', counted(5), retry(), nowhere)).toMatchObject({
      message: expect.stringContaining('a string'),
    });
  });
});

describe('errors whose text is another each time', () => {
  it('end the run too, at four times as many: a run never loops at one item for ever', () => {
    expect(errorToThrow(refused, counted(1, 19), retry(), nowhere)).toBe(refused);
    expect(errorToThrow(refused, counted(1, 20), retry(), { cursor: 23 })).toMatchObject({
      nonRetryable: true,
      message: '20 errors came at cursor 23, the last one: refused',
    });
  });
});

describe('an outage', () => {
  it('is thrown as it is, however often it came', () => {
    expect(errorToThrow(refused, null, retry(), nowhere)).toBe(refused);
  });
});

describe('a policy', () => {
  it('is to retry where nothing is said', () => {
    expect(decide(undefined, refused, 1)).toMatchObject({ onError: 'retry', times: maximumSameErrors });
  });

  it('may decide by error and item', () => {
    const policy = (_: unknown, item: number) => (item === 23 ? skip('known to be bad') : fail);

    expect(decide(policy, refused, 23).onError).toBe('skip');
    expect(decide(policy, refused, 24).onError).toBe('fail');
  });

  it('to retry doubles its wait from the first to the longest, and leaves it to Temporal where none is named', () => {
    const backoff = retry({ times: 9, initialMs: 100, maximumMs: 500 });
    const waits = [1, 2, 3, 4].map((times) => errorToThrow(refused, counted(times), backoff, nowhere));

    expect(waits).toMatchObject([100, 200, 400, 500].map((nextRetryDelay) => ({ nextRetryDelay })));
  });

  it('to fail ends the run at once, with the place kept', () => {
    expect(errorToThrow(refused, counted(1), fail, { cursor: 23 })).toMatchObject({
      type: 'Error',
      message: 'refused',
      nonRetryable: true,
      details: [{ cursor: 23 }],
    });
  });

  it.each([
    ['to fail', fail, { nonRetryable: true }],
    ['to retry after a wait of its own', retry({ initialMs: 100 }), { nextRetryDelay: 100 }],
    ['to retry', retry(), { nonRetryable: false }],
  ])(
    '%s leaves a failure what it is: its type, its details before the checkpoint, its category, its cause',
    (_, decision, more) => {
      const cause = new Error('insufficient funds');
      const category = ApplicationFailureCategory.BENIGN;
      const own = { type: 'CardDeclined', message: 'declined', details: ['card 4'], category, cause };

      const thrown = errorToThrow(ApplicationFailure.create(own), counted(1), decision, someCheckpoint);

      expect(thrown).toMatchObject({ ...own, details: ['card 4', someCheckpoint], ...more });
    },
  );

  it('leaves an error the type that Temporal gives it, and is the root itself: nonRetryableErrorTypes and a Workflow’s catch go by it', () => {
    class CardDeclined extends Error {}

    expect(errorToThrow(new CardDeclined('declined'), counted(1), fail, nowhere)).toMatchObject({
      type: 'CardDeclined',
    });
    expect(errorToThrow(new CardDeclined('declined'), null, retry(), someCheckpoint)).toMatchObject({
      type: 'CardDeclined',
      cause: undefined,
      nonRetryable: false,
      details: [someCheckpoint],
    });
  });

  it('leaves an interceptor the error that was thrown, with what a failure has no place for', () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

    const failure = errorToThrow(reset, counted(1), retry(), someCheckpoint);

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(originalError(failure)).toBe(reset);
    expect(originalError(reset)).toBe(reset);
  });

  it('to retry fails at an error that is marked as non-retryable, and to skip passes it over', () => {
    const hopeless = ApplicationFailure.nonRetryable('no such card');

    expect(decide(retry(), hopeless, 1)).toBe(fail);
    expect(decide(skip(), hopeless, 1).onError).toBe('skip');
  });

  it('to skip records the error’s message, a text, or what a function makes of the error', () => {
    const reasons = [skip(), skip('declined'), skip((error) => `declined: ${String(error)}`)].map(
      (decision) => decision.onError === 'skip' && decision.reason(refused),
    );

    expect(reasons).toEqual(['refused', 'declined', 'declined: Error: refused']);
  });
});
