/**
 * The orders' work in an engine's worker: the same reads and the same statement an order as the bare loop's and our own lanes'.
 *
 * Also where it holds: once an order is committed, with nothing under way in the database, and before its engine hears that it is done.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { chargeOrders } from '../../../orders/charge-orders.js';
import { readOrdersAfter } from '../../../orders/read-orders-after.js';
import { reportOrders } from '../../../orders/report-orders.js';
import { selectOrders } from '../../../orders/select-orders.js';

/** The page that our own lanes read. */
export const pageOfOrders = 500;

export interface OrderWork {
  /** @returns the selection's last order id */
  readonly select: (runId: string) => Promise<number>;
  /** @returns at most `limit` order ids after the cursor, ascending; fewer: there are no more */
  readonly after: (at: {
    readonly runId: string;
    readonly upTo: number;
    readonly cursor: number | null;
    readonly limit: number;
  }) => Promise<readonly number[]>;
  readonly charge: (runId: string, orderId: number) => Promise<void>;
  readonly report: (runId: string) => Promise<void>;
}

interface Pace {
  readonly itemMs: number;
  readonly holdAt: number | null;
  readonly onHeld: (orderId: number) => void;
}

export function orderWork(pool: Pool, { itemMs, holdAt, onHeld }: Pace): OrderWork {
  return {
    select: async (runId) => (await selectOrders(pool, runId)).upTo,
    after: async (at) => (await readOrdersAfter(pool, at)).map(({ orderId }) => orderId),
    charge: async (runId, orderId) => {
      if (itemMs > 0) await delay(itemMs);
      await chargeOrders(pool, { runId, orderIds: [orderId] });
      if (orderId !== holdAt) return;
      onHeld(orderId);
      await new Promise<never>(() => undefined);
    },
    report: async (runId) => {
      await reportOrders(pool, { runId });
    },
  };
}
