/** How many orders a second other engines do, beside ours and the bare loop of the same round: each worker a process of its own. */
import { seedOrders } from '../../../orders/seed-orders.js';
import { type Choice, type LaneToMeasure, measureLanes } from '../measure-lanes.js';
import type { MeasuredLane } from '../measurement.js';
import { endWorker, type OwnStack } from '../on-own-stack.js';
import { historyOf, setOrdersBack, timed } from '../run-orders.js';
import { runLane } from '../throughput.js';
import { bareLoop, parseLane, withBaselines } from '../throughput-lanes.js';
import { lanesWith, type PeerLane, throughputPeers } from './peer-lanes.js';
import { peerVersions } from './require-peers.js';
import { spawnPeer } from './spawn-peer.js';

const ownLanes = ['step:auto', 'enumerator:auto', 'enumerator/postgres:auto'];

/** Enough that a run's start and end are below a hundredth, few enough for the slowest of these. */
const usualOrders = 20_000;
const quickOrders = 500;
/** A batch of orders in one transaction would be other work: each engine's job or step is one order's, or goes through them one by one. */
const batchSize = 1;

export function peersConditions({ orders, quick }: Choice): Record<string, string | number> {
  const chosen = { orders: orders ?? (quick ? quickOrders : usualOrders), 'orders a transaction': batchSize };
  return { ...chosen, ...peerVersions() };
}

export async function measurePeers(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  const orders = choice.orders ?? (choice.quick ? quickOrders : usualOrders);
  await seedOrders(stack.pool, { kind: 'total', total: orders });
  const found: MeasuredLane[] = [];
  for (const profile of choice.profiles) {
    const worker = await stack.startWorker(profile);
    await worker.ready;
    const own = withBaselines(ownLanes.map(parseLane)).map(
      (lane): LaneToMeasure => ({
        name: lane.name,
        baseline: lane.baseline,
        measure: async (laneRun) => {
          // The throughput table, of the same stack, has lanes of these names.
          const runId = `beside-peers-${laneRun}`;
          await setOrdersBack(stack.pool);
          const ms = await timed(stack, runId, () => runLane(stack, lane, { runId, profile, batchSize }));
          return { ms, facts: { orders, ...(lane.kind === 'pattern' ? await historyOf(stack, runId) : {}) } };
        },
      }),
    );
    const peers = await openPeers(stack, throughputPeers, orders);
    found.push(...(await measureLanes(stack, { ...choice, profile }, [...own, ...peers.lanes])));
    await peers.end();
    await endWorker(worker);
  }
  return found;
}

/** Their workers stay up over the rounds, as ours does: what they have compiled stays warm. */
async function openPeers(
  stack: OwnStack,
  lanes: readonly PeerLane[],
  orders: number,
): Promise<{ readonly lanes: readonly LaneToMeasure[]; readonly end: () => Promise<unknown> }> {
  const opened = await Promise.all(
    lanesWith(stack.addresses.redis, lanes).map(async ({ name, engine, manner }, index) => {
      const queue = `peers-${index}`;
      const settings = 'as it comes' as const;
      const peer = await spawnPeer(stack, { engine, manner, settings, queue, itemMs: 0, holdAt: null });
      await peer.ready;
      const measure = async (runId: string) => {
        await setOrdersBack(stack.pool);
        let checkpoints = 0;
        const ms = await timed(stack, runId, async () => {
          ({ checkpoints } = await peer.run(runId));
        });
        return { ms, facts: { orders, checkpoints } };
      };
      return { lane: { name, baseline: bareLoop.name, measure }, peer };
    }),
  );
  return {
    lanes: opened.map(({ lane }) => lane),
    end: () => Promise.all(opened.map(({ peer }) => peer.end())),
  };
}
