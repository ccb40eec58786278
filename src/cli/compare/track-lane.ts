/**
 * Keeps what is drawn of a lane while its run goes on, from what is seen of it: each change is handed on whole.
 *
 * T1  The place that a new worker would resume after is read from history, heartbeat and stores, as `checkpoints` reads it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { checkpointStores } from '../../activities/checkpoint-stores.js';
import { readRun } from '../../continuation/inspection/index.js';
import type { ComparisonStage } from './comparison-stage.js';
import type { Lane, LaneName } from './lanes.js';
import { type LanePhase, type LiveLane, waitingLane } from './live-lane.js';
import type { OrdersSeen } from './watch-orders.js';

const checkpointLookMs = 300;
/** So many orders before the fault the server is asked what it knows of the work. */
const closeBy = 2;

export interface TrackedLane {
  starting(): void;
  running(): void;
  /** @param workers as many as there are at this moment */
  struck(at: number, workers: number): void;
  /** How many workers there are now. */
  workers(atWork: number): void;
  /** @returns whether the run has gone on */
  seen(orders: OrdersSeen): boolean;
  done(tookMs: number): void;
  /** Whether the fault is about to fall, or its recovery under way. */
  readonly isClose: () => boolean;
  followCheckpoint(stage: ComparisonStage, lane: Lane, runId: string, over: AbortSignal): Promise<void>;
}

export interface TrackOptions {
  readonly orders: number;
  readonly at: number;
  readonly onLive: (lane: LiveLane) => void;
}

export function trackLane(name: LaneName, { at, onLive }: TrackOptions): TrackedLane {
  let live = waitingLane(name);
  let visitsWhenStruck = 0;
  const visits = (): number => live.done + live.revisited;
  const change = (next: Partial<LiveLane>): void => {
    live = { ...live, ...next };
    onLive(live);
  };
  const enter = (phase: LanePhase): void => change({ phase });
  return {
    starting: () => enter({ kind: 'starting' }),
    running: () => enter({ kind: 'running' }),
    struck: (position, workers) => {
      if (live.struckAt !== null) return;
      visitsWhenStruck = visits();
      change({ struckAt: position, phase: { kind: 'struck', workers } });
    },
    workers: (atWork) => {
      if (live.phase.kind !== 'struck') return;
      enter(atWork > 0 ? { kind: 'recovering' } : { kind: 'struck', workers: atWork });
    },
    seen: ({ done, revisited, cells }) => {
      if (done === live.done && revisited === live.revisited) return false;
      change({ done, revisited, cells });
      const goesOnAgain = live.phase.kind === 'recovering' || live.phase.kind === 'struck';
      if (goesOnAgain && visits() > visitsWhenStruck + 1) enter({ kind: 'running' });
      return true;
    },
    done: (tookMs) => enter({ kind: 'done', tookMs }),
    isClose: () => live.done >= at - closeBy && live.phase.kind !== 'done' && !isLongOver(),
    followCheckpoint: async ({ client, pool, addresses }, lane, runId, over) => {
      if (lane.pattern === 'naive') return;
      const stores = checkpointStores(pool, addresses.redis?.url ?? null);
      try {
        while (!over.aborted) {
          const run = await readRun(client, runId, {
            stores: stores.all.filter((store) => store.name === lane.store),
          }).catch(() => null);
          const cursor = run?.latest?.cursor;
          if (typeof cursor === 'number' && cursor !== live.checkpoint) change({ checkpoint: cursor });
          await delay(checkpointLookMs, undefined, { signal: over }).catch(() => undefined);
        }
      } finally {
        stores.close();
      }
    },
  };

  /** The recovery is over: what the server knows of the work from then on is of no interest. */
  function isLongOver(): boolean {
    return live.struckAt !== null && live.phase.kind === 'running';
  }
}
