/** Calls of a payment gateway as its log has them. */
import type { PaymentCall } from '../../src/payments/payment-call.js';

/** Order 23 of one run, charged under its key; say what is different. */
export function aCall(different: Partial<PaymentCall> = {}): PaymentCall {
  return {
    at: '2026-01-01T00:00:00.000Z',
    key: 'orders-step-1/23',
    runId: 'orders-step-1',
    orderId: 23,
    cents: 2_933,
    outcome: 'charged',
    paymentId: 'payment-1',
    ...different,
  };
}
