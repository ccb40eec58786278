/**
 * What one checkpoint costs: the time of a run that keeps one for each order, less that of one that keeps a single one; and each store
 * by itself.
 *
 * A run's start and end are in both, so that they fall away. The stores alone know no Temporal: they are the same under each of its
 * settings, and measured under each to show that.
 */
import { seedOrders } from '../../orders/seed-orders.js';
import { type Choice, type LaneToMeasure, measureLanes } from './measure-lanes.js';
import type { MeasuredLane } from './measurement.js';
import type { OwnStack } from './on-own-stack.js';
import { historyOf, type OrdersRun, runOrders, setOrdersBack, timed, workHere } from './run-orders.js';
import { storeLanes } from './store-lanes.js';

/** An Activity round trip an order: at the dev server's own settings this many take 10 s. */
const usualOrders = 200;
const quickOrders = 50;
const itemsPerOrder = 10;

export function checkpointCostConditions(choice: Choice): Record<string, number> {
  const orders = ordersOf(choice);
  return { orders, 'orders a transaction': 1, 'items of a store by itself': orders * itemsPerOrder };
}

function ordersOf({ orders, quick }: Choice): number {
  return orders ?? (quick ? quickOrders : usualOrders);
}

export async function measureCheckpointCost(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  const orders = ordersOf(choice);
  await seedOrders(stack.pool, { kind: 'total', total: orders });
  const stores = await storeLanes(stack, orders * itemsPerOrder, choice.tell);
  const found: MeasuredLane[] = [];
  for (const profile of choice.profiles) {
    const end = await workHere(stack, profile);
    const lane = (
      name: string,
      baseline: string | null,
      settings: Pick<OrdersRun, 'pattern' | 'store' | 'checkpointEvery'>,
    ): LaneToMeasure => ({
      ...{ name, baseline },
      measure: async (runId) => {
        await setOrdersBack(stack.pool);
        const run: OrdersRun = { ...settings, runId, profile, batchSize: 1 };
        const ms = await timed(stack, runId, () => runOrders(stack, run));
        const { events = 0 } = await historyOf(stack, runId);
        // What the baseline keeps of them is one.
        return { ms, facts: { checkpoints: baseline === null ? 1 : orders - 1, events } };
      },
    });
    const lanes = [
      lane('step, one checkpoint', null, { pattern: 'step', store: 'heartbeat', checkpointEvery: orders }),
      lane('step: an Activity round trip', 'step, one checkpoint', {
        ...{ pattern: 'step', store: 'heartbeat', checkpointEvery: 1 },
      }),
      lane('enumerator, one checkpoint', null, {
        ...{ pattern: 'enumerator', store: 'heartbeat', checkpointEvery: orders },
      }),
      lane('enumerator: offered to the heartbeat', 'enumerator, one checkpoint', {
        ...{ pattern: 'enumerator', store: 'heartbeat', checkpointEvery: 1 },
      }),
    ];
    found.push(...(await measureLanes(stack, { ...choice, profile }, [...lanes, ...stores])));
    await end();
  }
  return found;
}
