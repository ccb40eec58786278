/**
 * kill -9 of the worker in mid-run, in each engine and in ours: how soon the next order is done, and what was done again.
 *
 * Each is struck at the same order, right after its commit and before its engine hears of it; a new worker is started at once. Beside
 * our production profile an engine has the settings that it comes with, beside our demo profile those that make it prompt.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Proof, proveOrders } from '../../../orders/prove-orders.js';
import { seedOrders } from '../../../orders/seed-orders.js';
import { type Choice, type LaneToMeasure, measureLanes } from '../measure-lanes.js';
import type { MeasuredLane } from '../measurement.js';
import type { OwnStack } from '../on-own-stack.js';
import {
  checkpointEvery,
  itemMs,
  orders,
  recoverOnce,
  recoveryConditions,
  struckAt,
  untilNextOrder,
} from '../recovery.js';
import { setOrdersBack } from '../run-orders.js';
import { parseLane } from '../throughput-lanes.js';
import { type PeerLane, type PeerSettings, peersEvery, settingsBeside } from './peer-lanes.js';
import { available } from './peers-throughput.js';
import { peerVersions } from './require-peers.js';
import { spawnPeer } from './spawn-peer.js';

const ownLanes = [
  `step:${checkpointEvery}`,
  `enumerator:${checkpointEvery}`,
  `enumerator/postgres:${checkpointEvery}`,
];

/** BullMQ as it comes looks for stalled jobs each 30 s, and takes one away at its second look. */
const recoveryLimitMs = 180_000;
const pollMs = 50;

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
    const peers = available(stack, peersEvery(checkpointEvery)).map((lane) =>
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
  recover: (runId: string) => Promise<number>,
): LaneToMeasure {
  let worst: StruckFacts = { redone: 0, lost: 0, doubled: 0 };
  return {
    name,
    baseline: null,
    measure: async (runId) => {
      const ms = await recover(runId);
      worst = worse(worst, await proveOrders(pool, { runId, upTo: orders }));
      return { ms, facts: { ...worst } };
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
): Promise<number> {
  await setOrdersBack(stack);
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
  await allDone(stack);
  await second.end();
  return untilNextOrder(stack.pool, struckAt, sentAtMs);
}

/** A new worker is told nothing of a run that it takes up: the orders say when it is done. */
async function allDone({ pool, signal }: OwnStack): Promise<void> {
  const deadline = performance.now() + recoveryLimitMs;
  for (;;) {
    const { rows } = await pool.query<{ pending: number }>(
      `SELECT count(*)::int AS pending FROM orders WHERE status = 'pending'`,
    );
    if (rows[0]?.pending === 0) return;
    if (performance.now() > deadline)
      throw new Error(`After ${recoveryLimitMs / 1_000} s ${rows[0]?.pending} orders are still pending.`);
    await delay(pollMs, undefined, { signal });
  }
}
