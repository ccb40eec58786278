import { describe, expect, it } from 'vitest';
import { isOutage } from '../../src/orders/is-outage.js';

const withCode = (code: string) => Object.assign(new Error('from the driver'), { code });

describe('an outage, which says nothing about the order in hand,', () => {
  it.each([
    ['a server that is shutting down', '57P01'],
    ['one that is starting up', '57P03'],
    ['a statement that an operator cancelled', '57014'],
    ['a standby that is not writable yet', '25006'],
    ['a disk that fails', '58030'],
    ['too many connections', '53300'],
    ['a password that is refused', '28P01'],
    ['a database that is not there', '3D000'],
    ['a connection refused', 'ECONNREFUSED'],
    ['a network that is away', 'ENETUNREACH'],
  ])('is %s', (_, code) => {
    expect(isOutage(withCode(code))).toBe(true);
  });

  it.each(['Query read timeout', 'timeout expired', 'Connection terminated unexpectedly'])(
    'is what the driver says without a code: %s',
    (message) => {
      expect(isOutage(new Error(message))).toBe(true);
    },
  );

  it.each([
    ['a table that is not there', '42P01'],
    ['a check that fails', '23514'],
    ['a statement with a value too few', '08P01'],
    ['an exception that a trigger raises', 'P0001'],
  ])('is not %s', (_, code) => {
    expect(isOutage(withCode(code))).toBe(false);
  });

  it('is one where any of several addresses fails so', () => {
    expect(isOutage(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
  });
});
