/**
 * The traditional job: one loop, no checkpoint, no guard. The negative control.
 *
 * Its worker killed, the next attempt starts over at the first order and charges it again.
 */
import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { Counts } from '../continuation/checkpoint.js';
import { addCounts, noCounts } from '../continuation/checkpoint.js';
import { chargeWithoutGuard } from '../orders/charge-without-guard.js';
import type { OrdersToCharge } from '../orders/order.js';
import { readOrdersAfter } from '../orders/read-orders-after.js';
import { selectOrders } from '../orders/select-orders.js';
import { chargingOutside } from './charge-outside.js';
import { countVisits, type OrderSurroundings, tellVisits, visitOrders } from './order-visits.js';
import type { RunOfOrders } from './process-orders.js';

export interface NaiveActivities {
  processOrdersNaively(run: RunOfOrders): Promise<Counts>;
}

export function naiveActivities(pool: Pool, around: OrderSurroundings): NaiveActivities {
  return {
    async processOrdersNaively(run) {
      const { runId, itemMs } = run;
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), run.timing.heartbeatTimeoutMs / 4);
      try {
        const { upTo, total } = await selectOrders(pool, runId);
        const orders = await readOrdersAfter(pool, { runId, upTo, cursor: null, limit: total });
        let counts = noCounts;
        for (const order of orders) {
          const { cancellationSignal: stopping } = context;
          stopping.throwIfAborted();
          // It remembers nothing: an order that it has done costs its work again.
          const orders = [{ ...order, done: false }];
          const charge = (due: OrdersToCharge) => chargeWithoutGuard(pool, due);
          const chargeOutside = chargingOutside(run);
          const work = { runId, orders, itemMs, stopping, chargeOutside, charge };
          const visits = await visitOrders(around, work);
          const told = { runId, visits, checkpoint: null, keepsCursor: false };
          await tellVisits(around, told, { orders, stopping });
          counts = addCounts(counts, countVisits(visits));
        }
        return counts;
      } finally {
        clearInterval(beat);
      }
    },
  };
}
