/**
 * What becomes of an order that can't be processed, under each policy.
 *
 * E1  `skip`: a total of 0 is decided in the charging statement itself; whatever else an order fails with is recorded beside it.
 * E2  `fail`: it is tried again, and ends the run after five times, with the cursor before it kept.
 * E3  An error that no further try and no other order would escape (a missing table, a missing right) fails the run at once, under
 *     either policy.
 */
import { DatabaseError } from 'pg';
import { type ErrorDecision, fail, retry, skip } from '../continuation/iteration/index.js';
import type { SelectedOrder } from '../orders/order.js';
import type { OnItemError } from '../workflows/job-settings.js';

/** An order that can't be charged, under the policy `fail`. */
class UnchargeableOrderError extends Error {
  override readonly name = 'UnchargeableOrderError';

  constructor(orderIds: readonly number[], reason: string) {
    super(`${orderIds.length === 1 ? 'order' : 'orders'} ${orderIds.join(', ')}: ${reason}`);
  }
}

/** @throws UnchargeableOrderError where some of these have nothing to charge */
export function refuseUnchargeable(orders: readonly SelectedOrder[]): void {
  const unchargeable = orders.filter(({ done, totalCents }) => !done && totalCents === 0);
  if (unchargeable.length === 0) return;
  throw new UnchargeableOrderError(
    unchargeable.map(({ orderId }) => orderId),
    'total is 0: nothing to charge',
  );
}

/**
 * PostgreSQL's classes 42 (syntax, a missing table, no right: 42501), 3F (no such schema), 0A (not supported) and XX (internal): what is
 * wrong with the program, the schema or the server.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const criticalStates = /^(42|0A|XX|3F)/;

export function isCritical(error: unknown): boolean {
  return error instanceof DatabaseError && criticalStates.test(error.code ?? '');
}

export function decideFor(error: unknown, onError: OnItemError = 'skip'): ErrorDecision {
  if (isCritical(error)) return fail;
  return onError === 'skip' ? skip() : retry();
}
