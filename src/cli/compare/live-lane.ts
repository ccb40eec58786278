/** How a lane stands while it is compared: what is drawn of it. Data only. */
import type { LaneName } from './lanes.js';

/** Some orders next to each other. */
export interface CellSeen {
  /** That are there; 0: they were deleted. */
  readonly orders: number;
  readonly done: number;
  /** Of those, how many were met more than once. */
  readonly revisited: number;
}

export type LanePhase =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'struck'; readonly workers: number }
  | { readonly kind: 'recovering' }
  | { readonly kind: 'done'; readonly tookMs: number };

export interface LiveLane {
  readonly lane: LaneName;
  readonly phase: LanePhase;
  readonly cells: readonly CellSeen[];
  readonly done: number;
  readonly revisited: number;
  /** The order at which the fault fell; null: not yet. */
  readonly struckAt: number | null;
  /** The order that a new worker would resume after; null: none is durable yet. */
  readonly checkpoint: number | null;
}

export function waitingLane(lane: LaneName): LiveLane {
  return {
    ...{ lane, phase: { kind: 'waiting' }, cells: [], done: 0, revisited: 0 },
    ...{ struckAt: null, checkpoint: null },
  };
}
