/**
 * Charges a run's orders at a payment gateway: the effect that no transaction of ours holds, so its key is all that keeps it single.
 *
 * K1  The key is the run's id with the order's: the same after a kill, an error, a retry of the run. Not the attempt's, not a random one.
 */
import type { SelectedOrder } from '../orders/order.js';
import { requestPayment } from '../payments/request-payment.js';
import type { RunOfOrders } from './process-orders.js';

/** Null where the run charges in the ledger alone. */
export function chargingOutside({
  runId,
  payments,
}: Pick<RunOfOrders, 'runId' | 'payments'>): ((order: SelectedOrder) => Promise<void>) | null {
  if (payments === undefined) return null;
  const { url, idempotencyKey } = payments;
  return async ({ orderId, totalCents: cents }) => {
    const key = idempotencyKey === 'none' ? null : `${runId}/${orderId}`;
    await requestPayment(url, { runId, orderId, cents }, key);
  };
}
