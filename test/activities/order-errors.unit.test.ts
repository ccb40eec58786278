import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { decideFor, refuseUnchargeable } from '../../src/activities/order-errors.js';
import type { SelectedOrder } from '../../src/orders/order.js';

const anOrder = (orderId: number, differently: Partial<SelectedOrder> = {}): SelectedOrder => ({
  ...{ orderId, customerId: 1, orderedOn: '1997-01-18', units: 1, totalCents: 1_499, done: false },
  ...differently,
});

function aDatabaseError(code: string): DatabaseError {
  const error = new DatabaseError('no', 2, 'error');
  error.code = code;
  return error;
}

describe('what an order fails with', () => {
  it('is passed over, or tried again, as the run says', () => {
    const error = new Error('the card was declined');

    expect(decideFor(error, 'skip')).toMatchObject({ onError: 'skip' });
    expect(decideFor(error, undefined)).toMatchObject({ onError: 'skip' });
    expect(decideFor(error, 'fail')).toMatchObject({ onError: 'retry', times: 5 });
  });

  it.each([
    ['a table that is missing', '42P01'],
    ['a right that is missing', '42501'],
    ['a statement that PostgreSQL does not know', '0A000'],
  ])('fails the run at once under either policy, where no further try would help: %s', (_, code) => {
    for (const policy of ['skip', 'fail'] as const)
      expect(decideFor(aDatabaseError(code), policy)).toEqual({ onError: 'fail' });
  });

  it('is the order’s own, where a constraint refuses it', () => {
    expect(decideFor(aDatabaseError('23514'), 'skip')).toMatchObject({ onError: 'skip' });
  });
});

describe('an order with a total of 0, where the run is to fail', () => {
  it('is refused before anything is charged, by its id', () => {
    const orders = [anOrder(1), anOrder(2, { totalCents: 0 }), anOrder(3)];

    expect(() => refuseUnchargeable(orders)).toThrow('order 2: total is 0: nothing to charge');
  });

  it('is no matter any more where the run has done it before', () => {
    expect(() => refuseUnchargeable([anOrder(2, { totalCents: 0, done: true })])).not.toThrow();
  });
});
