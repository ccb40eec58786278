/**
 * Asks a payment gateway to charge an order.
 *
 * R1  No answer says nothing of whether the order was charged: it is an outage, and the same call is to be made again, with its key.
 * R2  What the gateway says of the order itself is the order's error: trying again would not help.
 * R3  A call that was sent is never called off: a stop waits for its answer, which comes, or is given up, within the limit.
 */
import {
  keyHeader,
  type PaymentAnswer,
  type PaymentRequest,
  paymentAnswerSchema,
  paymentsPath,
} from './payment-call.js';

/** Below the time that a worker has to end its item in (8 s under profile demo). */
const answerLimitMs = 5_000;

/** Malformed, declined, or a key that came with another body before. Everything else says nothing of the order. */
const aboutTheOrder = new Set([400, 402, 422]);

/** It did not answer, or not as a gateway does: whether the order is charged isn't known. */
export class PaymentGatewayAway extends Error {
  override readonly name = 'PaymentGatewayAway';
}

/** It won't charge this order. */
export class PaymentRefused extends Error {
  override readonly name = 'PaymentRefused';
}

/** @param key null: none is sent, and a call that is made again charges again. @throws PaymentGatewayAway, PaymentRefused */
export async function requestPayment(
  gatewayUrl: string,
  payment: PaymentRequest,
  key: string | null,
): Promise<PaymentAnswer> {
  const request = new Request(new URL(paymentsPath, gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { [keyHeader]: key }) },
    body: JSON.stringify(payment),
    redirect: 'error',
    signal: AbortSignal.timeout(answerLimitMs),
  });
  const { status, text } = await send(request, gatewayUrl);
  if (aboutTheOrder.has(status))
    throw new PaymentRefused(
      `the payment gateway refused order ${payment.orderId}: ${status} ${shortened(text)}`,
    );
  const answer = status === 200 ? paymentAnswerSchema.safeParse(parsed(text)).data : undefined;
  if (answer === undefined)
    throw new PaymentGatewayAway(`${gatewayUrl} answered ${status}: ${shortened(text)}`);
  return answer;
}

async function send(request: Request, gatewayUrl: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(request);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new PaymentGatewayAway(`${gatewayUrl} does not answer: ${reasonOf(error)}`, { cause: error });
  }
}

/** Of a failed fetch the reason is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const shortened = (text: string): string => text.slice(0, 200);
