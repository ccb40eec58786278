/** What a run of process-orders is started with, in both patterns. Checked where it enters (the CLI); plain data after that. */
import type { Timing } from '../continuation/timing.js';

/** Where a run keeps its checkpoints besides history and heartbeat. */
export type StoreName = 'heartbeat' | 'redis' | 'postgres';

export interface ProcessOrders {
  /** Orders in one transaction. */
  readonly batchSize: number;
  /** Orders that one checkpoint covers; what that means in each pattern is in the README. */
  readonly checkpointEvery: number;
  /** Milliseconds of pretended work per order, so that an audience can watch. */
  readonly itemMs: number;
  readonly timing: Timing;
  /** Left out in runs of releases before: nothing besides. */
  readonly store?: StoreName;
}
