/** How history grows with the number of orders, over all of a run's continue-as-new executions. */
import { seedOrders } from '../../orders/seed-orders.js';
import { patternSchema } from '../jobs.js';
import { type Choice, measureLanes } from './measure-lanes.js';
import type { MeasuredLane } from './measurement.js';
import { endWorker, type OwnStack } from './on-own-stack.js';
import { historyOf, runOrders, setOrdersBack, timed } from './run-orders.js';

const usualCounts = [1_000, 10_000, 100_000, 1_000_000];
const quickCounts = [100, 1_000];
/** Events are as good as the same each time: more rounds would only take longer. */
const mostRounds = 3;
const batchSize = 1_000;
const checkpointEvery = 1_000;

export function historyConditions(): Record<string, number> {
  return { 'orders a transaction': batchSize, 'orders a checkpoint': checkpointEvery };
}

function countsOf({ orders, quick }: Choice): readonly number[] {
  if (orders !== null) return [orders];
  return quick ? quickCounts : usualCounts;
}

export async function measureHistory(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  const found: MeasuredLane[] = [];
  const repeat = Math.min(choice.repeat, mostRounds);
  for (const profile of choice.profiles) {
    const worker = await stack.startWorker(profile);
    await worker.ready;
    for (const orders of countsOf(choice)) {
      await seedOrders(stack.pool, { kind: 'total', total: orders });
      const lanes = patternSchema.options.map((pattern) => ({
        name: `${pattern}, ${orders.toLocaleString('en')} orders`,
        baseline: null,
        measure: async (runId: string) => {
          await setOrdersBack(stack.pool);
          const run = { runId, pattern, store: 'heartbeat', profile, batchSize, checkpointEvery } as const;
          const ms = await timed(stack, runId, () => runOrders(stack, run));
          return { ms, facts: { orders, ...(await historyOf(stack, runId)) } };
        },
      }));
      found.push(...(await measureLanes(stack, { repeat, tell: choice.tell, profile }, lanes)));
    }
    await endWorker(worker);
  }
  return found;
}
