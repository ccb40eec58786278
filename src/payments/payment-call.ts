/**
 * One call of a payment gateway: what is asked, what is answered, and the line that is kept of it. The contract of both sides.
 *
 * The headers are Stripe's: `Idempotency-Key`, at most 255 characters, and `Idempotent-Replayed` with an answer that is given again.
 * https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level
 * A key that comes with another body is answered 422: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { z } from 'zod';

/** Where a run's orders are charged, besides the ledger of its own database. */
export interface Payments {
  /** Of the gateway, such as `http://127.0.0.1:8099`. */
  readonly url: string;
  /** What is sent as the key: the run's id with the order's, the same whenever the order is met again; or none at all. */
  readonly idempotencyKey: 'run and order' | 'none';
}

export const keyHeader = 'idempotency-key';
export const replayedHeader = 'idempotent-replayed';
export const keyLimit = 255;
export const paymentsPath = '/payments';

export const paymentRequestSchema = z.strictObject({
  runId: z.string().min(1),
  orderId: z.int(),
  cents: z.int().positive(),
});

export const paymentAnswerSchema = z.object({
  paymentId: z.string(),
  orderId: z.int(),
  cents: z.int(),
});

export const paymentCallSchema = paymentRequestSchema.extend({
  at: z.iso.datetime(),
  /** Null where the caller sent none. */
  key: z.string().nullable(),
  /** Refused: the key came with another body. */
  outcome: z.enum(['charged', 'deduplicated', 'refused']),
  /** The payment that was made, or made before; null: none. */
  paymentId: z.string().nullable(),
});

export type PaymentRequest = z.infer<typeof paymentRequestSchema>;
export type PaymentAnswer = z.infer<typeof paymentAnswerSchema>;
export type PaymentCall = z.infer<typeof paymentCallSchema>;
