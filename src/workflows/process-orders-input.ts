/** What a run of process-orders is started with, in both patterns. */
import type { OrdersRange } from '../activities/process-orders.js';
import type { Payments } from '../payments/payment-call.js';
import type { JobSettings } from './job-settings.js';

export interface ProcessOrders extends JobSettings {
  /** The orders of this partition: after the one id, up to and with the other; and how many of them are the run's. Left out: all. */
  readonly range?: OrdersRange;
  /** A gateway at which each order is charged besides, before its transaction. Left out: in the ledger alone. */
  readonly payments?: Payments;
}
