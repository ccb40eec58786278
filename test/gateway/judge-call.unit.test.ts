import { describe, expect, it } from 'vitest';
import { judgeCall } from '../../src/gateway/judge-call.js';
import { aCall } from '../payments/some-calls.js';

const { runId, orderId, cents } = aCall();
const request = { runId, orderId, cents };

describe('an idempotency key', () => {
  it('that was never used, or is none, charges', () => {
    expect(judgeCall(request, undefined)).toEqual({ kind: 'charge' });
  });

  it('that comes again with the same body is the same payment', () => {
    expect(judgeCall(request, aCall())).toEqual({ kind: 'deduplicate', paymentId: 'payment-1' });
  });

  it.each([{ runId: 'orders-step-2' }, { orderId: 24 }, { cents: 1 }])(
    'that comes again with another body charges nothing, and is refused: %o',
    (different) => {
      expect(judgeCall({ ...request, ...different }, aCall())).toEqual({
        kind: 'refuse',
        why: 'this idempotency key was used for order 23, 2933 cents, of orders-step-1',
      });
    },
  );
});
