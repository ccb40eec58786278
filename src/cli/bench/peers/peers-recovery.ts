/**
 * kill -9 of the worker in mid-run, in each engine and in ours: how soon the next order is done, and what was done again.
 *
 * Each is struck at the same order, right after its commit and before its engine hears of it; a new worker is started at once. Beside
 * our production profile an engine has the settings that it comes with, beside our demo profile those that make it prompt.
 */
import { type Proof, proveOrders } from '../../../orders/prove-orders.js';
import { seedOrders } from '../../../orders/seed-orders.js';
import { unlessCalledOff } from '../../unless-called-off.js';
import { type Choice, type LaneToMeasure, measureLanes } from '../measure-lanes.js';
import type { MeasuredLane } from '../measurement.js';
import type { OwnStack } from '../on-own-stack.js';
import {
  checkpointEvery,
  itemMs,
  orders,
  type Recovered,
  recoverOnce,
  recoveryConditions,
  struckAt,
  untilNextOrder,
} from '../recovery.js';
import { setOrdersBack } from '../run-orders.js';
import { parseLane } from '../throughput-lanes.js';
import { lanesWith, type PeerLane, type PeerSettings, peersEvery, settingsBeside } from './peer-lanes.js';
import { peerVersions } from './require-peers.js';
import { spawnPeer } from './spawn-peer.js';

const ownLanes = [
  `step:${checkpointEvery}`,
  `enumerator:${checkpointEvery}`,
  `enumerator/postgres:${checkpointEvery}`,
];

/** BullMQ as it comes looks for stalled jobs each 30 s, and takes one away at its second look. */
const recoveryLimitMs = 180_000;

export function peersRecoveryConditions(): Record<string, string | number> {
  return { ...recoveryConditions(), ...peerVersions() };
}

export async function measurePeersRecovery(stack: OwnStack, choice: Choice): Promise<MeasuredLane[]> {
  await seedOrders(stack.pool, { kind: 'total', total: orders });
  const found: MeasuredLane[] = [];
  for (const profile of choice.profiles) {
    const own = ownLanes
      .map(parseLane)
      .map(({ name, pattern, store }) =>
        struckLane(stack, name, (runId) =>
          recoverOnce(stack, { profile, pattern, store, signal: 'SIGKILL', runId }),
        ),
      );
    const peers = lanesWith(stack.addresses.redis, peersEvery(checkpointEvery)).map((lane) =>
      struckLane(stack, lane.name, (runId) => recoverPeer(stack, lane, settingsBeside(profile), runId)),
    );
    found.push(...(await measureLanes(stack, { ...choice, profile }, [...own, ...peers])));
  }
  return found;
}

/** What was done again, lost or doubled is counted by the database, and the most of all rounds told. */
function struckLane(
  { pool }: OwnStack,
  name: string,
  recover: (runId: string) => Promise<Recovered>,
): LaneToMeasure {
  let worst: StruckFacts = { redone: 0, lost: 0, doubled: 0 };
  return {
    name,
    baseline: null,
    measure: async (laneRun) => {
      // Other tables of the same stack have lanes of these names.
      const runId = `struck-${laneRun}`;
      const { ms, wholeMs } = await recover(runId);
      worst = worse(worst, await proveOrders(pool, { runId, upTo: orders }));
      return { ms, facts: { ...worst, wholeMs } };
    },
  };
}

export interface StruckFacts {
  readonly redone: number;
  readonly lost: number;
  readonly doubled: number;
}

export function worse(
  before: StruckFacts,
  { revisited, lostCount, doubledCount }: Pick<Proof, 'revisited' | 'lostCount' | 'doubledCount'>,
): StruckFacts {
  return {
    redone: Math.max(before.redone, revisited),
    lost: Math.max(before.lost, lostCount),
    doubled: Math.max(before.doubled, doubledCount),
  };
}

async function recoverPeer(
  stack: OwnStack,
  { engine, manner }: PeerLane,
  settings: PeerSettings,
  runId: string,
): Promise<Recovered> {
  await setOrdersBack(stack.pool);
  const options = { engine, manner, settings, queue: runId, itemMs };
  const first = await spawnPeer(stack, { ...options, holdAt: struckAt });
  await first.ready;
  // It is killed before it could say that it is done.
  const failed = first.run(runId).then(() => {
    throw new Error(`${runId} was done before order ${struckAt} was held.`);
  });
  await Promise.race([first.held, failed]);
  const sentAtMs = first.killHard();
  failed.catch(() => undefined);
  const second = await spawnPeer(stack, { ...options, holdAt: null });
  await second.ready;
  const limit = AbortSignal.any([stack.signal, AbortSignal.timeout(recoveryLimitMs)]);
  await unlessCalledOff(second.over(runId), limit);
  const wholeMs = Date.now() - sentAtMs;
  await second.end();
  return { ms: await untilNextOrder(stack.pool, struckAt, sentAtMs), wholeMs };
}
