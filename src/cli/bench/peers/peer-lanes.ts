/**
 * The peers' lanes: the engines that npm carries, each used the way its documentation shows for a long job, and the settings of each.
 *
 * A lane keeps its place in one job or workflow (`walk`), or gives each order one of its own (`each`).
 */
import type { Timing } from '../../../continuation/timing.js';

export type Engine = 'bullmq' | 'dbos';

/** How the orders become jobs or steps. */
export type Manner =
  /** One job that goes through them, its cursor kept, or one step done, every so many orders. */
  | { readonly kind: 'walk'; readonly every: number }
  /** A job or a step an order. */
  | { readonly kind: 'each'; readonly atOnce: number };

export interface PeerLane {
  readonly name: string;
  readonly engine: Engine;
  readonly manner: Manner;
}

/** Below this a checkpoint would be most of what is measured; much above, a kill would do half a second's work again. */
const ordersACheckpoint = 100;

export const throughputPeers: readonly PeerLane[] = [
  ...peersEvery(ordersACheckpoint),
  { name: 'BullMQ, a job an order, 10 at once', engine: 'bullmq', manner: { kind: 'each', atOnce: 10 } },
];

/** Struck at one exact order, so one order at a time. */
export function peersEvery(every: number): readonly PeerLane[] {
  return [
    { name: `BullMQ, one job, cursor every ${every}`, engine: 'bullmq', manner: { kind: 'walk', every } },
    { name: 'BullMQ, a job an order', engine: 'bullmq', manner: { kind: 'each', atOnce: 1 } },
    { name: `DBOS, a step every ${every}`, engine: 'dbos', manner: { kind: 'walk', every } },
    { name: 'DBOS, a step an order', engine: 'dbos', manner: { kind: 'each', atOnce: 1 } },
  ];
}

/** Without a Redis there is no BullMQ. */
export function lanesWith(redis: object | null, lanes: readonly PeerLane[]): readonly PeerLane[] {
  return redis === null ? lanes.filter(({ engine }) => engine !== 'bullmq') : lanes;
}

/** An engine as it comes, or as soon as it sensibly notices that a worker is gone: beside our profiles, which differ in the same. */
export type PeerSettings = 'as it comes' | 'prompt';

export function settingsBeside(profile: Timing['profile']): PeerSettings {
  return profile === 'production' ? 'as it comes' : 'prompt';
}

/**
 * As our demo profile's heartbeat timeout: a worker that is silent for a second counts as gone. BullMQ renews a lock after half of its
 * duration, and looks twice before it takes a job away.
 */
export const promptBullmq = { lockDuration: 1_000, stalledInterval: 500 };

/** DBOS takes a workflow up from the queue that it was started on; its own is polled once a second. */
export const promptDbos = { minPollingIntervalMs: 100 };
