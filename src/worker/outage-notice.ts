/**
 * Tells of the database's outage once, and of its end once, however many statements fail in between. Of the payment gateway's it tells
 * once as well, until there was work again.
 *
 * Runs go on by themselves when it is back; this is for whoever watches a worker that does nothing meanwhile.
 */
import { isOutage } from '../orders/is-outage.js';
import { PaymentGatewayAway } from '../payments/request-payment.js';
import type { WorkerEvent } from './worker-events.js';

export class OutageNotice {
  #away = false;
  #paymentsAway = false;

  constructor(private readonly tell: (event: WorkerEvent) => void) {}

  /** An error of the database, or of anything else: what isn't an outage is passed over. */
  failed(error: unknown): void {
    const chain = causes(error);
    const gateway = chain.find((each) => each instanceof PaymentGatewayAway);
    const outage = chain.find(isOutage);
    // Nobody listening at the gateway's port reads like an outage of the database: who was asked decides.
    if (gateway !== undefined) this.#paymentsFailed(gateway);
    else if (outage !== undefined) this.unreachable(outage);
  }

  /** No connection could be had at all: whatever the reason, a wrong password too. */
  unreachable(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.tell({ kind: 'database away', message: error instanceof Error ? describe(error) : String(error) });
  }

  /** A statement that worked. */
  worked(): void {
    this.#paymentsAway = false;
    if (!this.#away) return;
    this.#away = false;
    this.tell({ kind: 'database back' });
  }

  #paymentsFailed({ message }: PaymentGatewayAway): void {
    if (this.#paymentsAway) return;
    this.#paymentsAway = true;
    this.tell({ kind: 'payments away', message });
  }
}

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** Node's error for a name with several addresses has no message of its own. */
function describe(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return error.message === '' && first instanceof Error ? first.message : error.message;
}
