/** What a run of process-orders is started with, in both patterns. Checked where it enters (the CLI); plain data after that. */
import type { Timing } from '../continuation/timing.js';

export interface ProcessOrders {
  /** Orders in one transaction. */
  readonly batchSize: number;
  /** Orders that one checkpoint covers; what that means in each pattern is in the README. */
  readonly checkpointEvery: number;
  /** Milliseconds of pretended work per order, so that an audience can watch. */
  readonly itemMs: number;
  readonly timing: Timing;
}
