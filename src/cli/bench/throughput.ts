/** How many orders a second each lane does, against the bare loop of the same round. */
import { seedOrders } from '../../orders/seed-orders.js';
import { runBareLoop, runBareLoopWithCursor } from './bare-loop.js';
import { type Choice, type LaneToMeasure, measureLanes } from './measure-lanes.js';
import type { MeasuredLane } from './measurement.js';
import type { OwnStack } from './on-own-stack.js';
import { historyOf, type OrdersRun, runOrders, setOrdersBack, timed, workHere } from './run-orders.js';
import { parseLane, type ThroughputLane, withBaselines } from './throughput-lanes.js';

const usualLanes = [
  'step:auto',
  'step:100',
  'step:1000',
  'step/postgres:auto',
  'enumerator:auto',
  'enumerator:100',
  'enumerator/redis:auto',
  'enumerator/postgres:auto',
];

/** Enough that a run's start and end, a tenth of a second, are below a hundredth. */
const usualOrders = 50_000;
const quickOrders = 500;

export function throughputConditions({ orders, quick, batchSize }: Choice): Record<string, number> {
  return { orders: orders ?? (quick ? quickOrders : usualOrders), 'orders a transaction': batchSize };
}

export async function measureThroughput(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  const { orders = 0 } = throughputConditions(choice);
  const { batchSize } = choice;
  const lanes = withBaselines(choice.lanes ?? usualLanes.map(parseLane));
  await seedOrders(stack.pool, { kind: 'total', total: orders });
  const found: MeasuredLane[] = [];
  for (const profile of choice.profiles) {
    const end = await workHere(stack, profile);
    const toMeasure = lanes.map(
      (lane): LaneToMeasure => ({
        name: lane.name,
        baseline: lane.baseline,
        measure: async (runId) => {
          await setOrdersBack(stack.pool);
          const ms = await timed(stack, runId, () => runLane(stack, lane, { runId, profile, batchSize }));
          const facts = lane.kind === 'pattern' ? await historyOf(stack, runId) : {};
          return { ms, facts: { orders, ...facts } };
        },
      }),
    );
    found.push(...(await measureLanes(stack, { ...choice, profile }, toMeasure)));
    await end();
  }
  return found;
}

type LaneRun = Pick<OrdersRun, 'runId' | 'profile' | 'batchSize'>;

/** @returns once all orders are done */
export async function runLane(stack: OwnStack, lane: ThroughputLane, run: LaneRun): Promise<void> {
  const { runId, batchSize } = run;
  switch (lane.kind) {
    case 'bare':
      return runBareLoop(stack.pool, runId, batchSize);
    case 'bare with a cursor row':
      return runBareLoopWithCursor(stack.pool, runId, batchSize);
    case 'pattern': {
      const { pattern, store, cadence } = lane;
      return runOrders(stack, { ...run, pattern, store, checkpointEvery: cadence });
    }
  }
}
