/**
 * What becomes of a call, by what its key was used for before. Pure.
 *
 * J1  Without a key every call charges: the gateway can't tell a repeat from a second order.
 * J2  The same key with the same body is the same payment, however often it is asked for.
 * J3  The same key with another body is a mistake of the caller's, and charges nothing.
 */
import type { PaymentCall, PaymentRequest } from '../payments/payment-call.js';

export type Judgement =
  | { readonly kind: 'charge' }
  | { readonly kind: 'deduplicate'; readonly paymentId: string | null }
  | { readonly kind: 'refuse'; readonly why: string };

/** @param first the call that was charged under this key; undefined where there is none, or no key */
export function judgeCall(
  { runId, orderId, cents }: PaymentRequest,
  first: PaymentCall | undefined,
): Judgement {
  if (first === undefined) return { kind: 'charge' };
  if (first.runId === runId && first.orderId === orderId && first.cents === cents)
    return { kind: 'deduplicate', paymentId: first.paymentId };
  return {
    kind: 'refuse',
    why: `this idempotency key was used for order ${first.orderId}, ${first.cents} cents, of ${first.runId}`,
  };
}
