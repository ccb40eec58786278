import { describe, expect, it } from 'vitest';
import { describeStrike, type Strike } from '../../src/worker/describe-strike.js';

const strike: Strike = {
  identity: '7@here',
  profile: 'demo',
  signal: 'SIGTERM',
  at: null,
  tookMs: 140,
};

describe('what kill says of a worker that got SIGTERM', () => {
  it('is when it ended, and not how: its exit code is not known', () => {
    expect(describeStrike(strike)).toBe('worker 7@here told to stop, ended 0.1 s later');
    expect(describeStrike({ ...strike, at: { item: 'order', position: 5 } })).toBe(
      'worker 7@here told to stop with order 5 in hand, ended 0.1 s later',
    );
  });

  it.each([
    ['demo', 8_100, 'longer than the 8 s it had, so what it had in hand may be met again'],
    ['production', 25_100, 'longer than the 25 s it had, so what it had in hand may be met again'],
  ] as const)('tells of work that did not end in the grace time of profile %s', (profile, tookMs, words) => {
    expect(describeStrike({ ...strike, profile, tookMs })).toContain(words);
  });
});

it('what kill says of a worker that was killed is what it had committed, or charged outside: an order, or a month of a customer', () => {
  const killed = { ...strike, signal: 'SIGKILL' } as const;

  expect(describeStrike({ ...killed, at: { item: 'order', position: 23 } })).toBe(
    'worker 7@here killed right after it committed order 23',
  );
  expect(describeStrike({ ...killed, at: { item: 'order', position: 23, instant: 'charged outside' } })).toBe(
    'worker 7@here killed after the payment gateway had charged order 23, and before its commit',
  );
  expect(describeStrike({ ...killed, at: { item: 'customer', position: 42 } })).toBe(
    'worker 7@here killed right after it committed a month of customer 42',
  );
});
