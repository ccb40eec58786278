import { describe, expect, it } from 'vitest';
import { callsByRun, provePayments } from '../../src/payments/prove-payments.js';
import { aCall } from './some-calls.js';

describe('the proof of payments', () => {
  it('counts an order as doubled when it was charged more than once, however often, and what that cost', () => {
    const calls = [
      aCall({ orderId: 22, cents: 100 }),
      aCall({ orderId: 24, key: null, cents: 500 }),
      aCall({ orderId: 23, key: null, cents: 700 }),
      aCall({ orderId: 24, key: null, cents: 500 }),
      aCall({ orderId: 24, key: null, cents: 500 }),
      aCall({ orderId: 23, key: null, cents: 700 }),
    ];

    expect(provePayments(calls)).toEqual({
      ...{ calls: 6, charged: 6, deduplicated: 0, refused: 0 },
      ...{ doubled: 2, doubledOrders: [23, 24], paidTwiceCents: 1_700 },
    });
  });

  it('takes what is deduplicated or refused for no charge', () => {
    const calls = [
      aCall(),
      aCall({ outcome: 'deduplicated' }),
      aCall({ outcome: 'refused', paymentId: null }),
    ];

    expect(provePayments(calls)).toMatchObject({
      ...{ calls: 3, charged: 1, deduplicated: 1, refused: 1 },
      ...{ doubled: 0, doubledOrders: [], paidTwiceCents: 0 },
    });
  });

  it('of one run leaves out what the run before charged, whose orders were set back since', () => {
    const calls = [aCall(), aCall({ runId: 'orders-step-2' })];

    const byRun = [...callsByRun(calls)].map(([runId, own]) => [runId, provePayments(own).doubled]);

    expect(byRun).toEqual([
      ['orders-step-1', 0],
      ['orders-step-2', 0],
    ]);
    expect(provePayments(calls).doubled).toBe(1);
  });
});
