/** `--payments` of a run: read, and asked whether a gateway answers there. */
import { type Payments, paymentsPath } from '../payments/payment-call.js';
import { UserError } from '../user-error.js';
import type { JobInPattern } from './jobs.js';

const answerLimitMs = 2_000;

/** @throws UserError (usage) for what is no address, or another job than process-orders */
export function readPayments(
  { job }: Pick<JobInPattern, 'job'>,
  { payments, idempotencyKey }: { readonly payments?: string; readonly idempotencyKey: boolean },
): Payments | undefined {
  if (payments === undefined) {
    if (idempotencyKey) return undefined;
    throw new UserError('Without --payments there is no key to leave out.', 'Add --payments <url>.', 'usage');
  }
  if (job !== 'process-orders')
    throw new UserError(`${job} charges nothing.`, 'Leave out --payments, or run process-orders.', 'usage');
  // Nothing but the origin: it comes to memos and terminals, where no password belongs.
  const origin = URL.canParse(payments) ? new URL(payments).origin : '';
  if (!/^https?:/.test(origin) || ![origin, `${origin}/`].includes(payments))
    throw new UserError(
      `'${payments}' is no address of a payment gateway.`,
      'For example: --payments http://127.0.0.1:8099',
      'usage',
    );
  return { url: origin, idempotencyKey: idempotencyKey ? 'run and order' : 'none' };
}

/** A run would wait for it without end. Any answer will do. @throws UserError */
export async function refuseDeafGateway({ url }: Payments): Promise<void> {
  try {
    await fetch(new URL(paymentsPath, url), { signal: AbortSignal.timeout(answerLimitMs) });
  } catch (error) {
    throw new UserError(
      `No payment gateway answers at ${url}.`,
      'npx leftoff gateway starts one.',
      'failed',
      {
        cause: error,
      },
    );
  }
}
