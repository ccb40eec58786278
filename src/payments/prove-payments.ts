/**
 * The proof outside of the database: what a gateway's own log says of the orders that it was asked to charge.
 *
 * P1  Doubled: an order that was charged more than once, under whatever keys. What is deduplicated or refused charges nothing.
 * P2  Counted over the calls that are handed in: of one run, or of all. An order that was set back is charged again by the next run.
 */
import type { PaymentCall } from './payment-call.js';

export interface PaymentsProof {
  readonly calls: number;
  readonly charged: number;
  readonly deduplicated: number;
  readonly refused: number;
  /** Orders that were charged more than once. */
  readonly doubled: number;
  /** The first 20 of their ids, ascending. */
  readonly doubledOrders: readonly number[];
  /** What customers paid beyond the first charge of each order, in cents. */
  readonly paidTwiceCents: number;
}

/** Enough ids to look into, few enough for a terminal. */
const shownIds = 20;

export function provePayments(calls: readonly PaymentCall[]): PaymentsProof {
  const count = (outcome: PaymentCall['outcome']) => calls.filter((call) => call.outcome === outcome).length;
  const chargedBefore = new Set<number>();
  const doubled = new Set<number>();
  let paidTwiceCents = 0;
  for (const { orderId, cents, outcome } of calls) {
    if (outcome !== 'charged') continue;
    if (chargedBefore.has(orderId)) {
      doubled.add(orderId);
      paidTwiceCents += cents;
    }
    chargedBefore.add(orderId);
  }
  return {
    calls: calls.length,
    charged: count('charged'),
    deduplicated: count('deduplicated'),
    refused: count('refused'),
    doubled: doubled.size,
    doubledOrders: [...doubled].sort((a, b) => a - b).slice(0, shownIds),
    paidTwiceCents,
  };
}

/** A log's calls, run by run, in the order in which the runs first called. */
export function callsByRun(calls: readonly PaymentCall[]): ReadonlyMap<string, readonly PaymentCall[]> {
  const byRun = new Map<string, PaymentCall[]>();
  for (const call of calls) {
    const own = byRun.get(call.runId);
    if (own === undefined) byRun.set(call.runId, [call]);
    else own.push(call);
  }
  return byRun;
}
