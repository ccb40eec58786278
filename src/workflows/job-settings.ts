/** What every job of ours is started with, in both patterns. Checked where it enters (the CLI); plain data after that. */
import type { CheckpointEvery } from '../continuation/checkpoint-cadence.js';
import type { Timing } from '../continuation/timing.js';

/** Where a run keeps its checkpoints besides history and heartbeat. */
export type StoreName = 'heartbeat' | 'redis' | 'postgres';

/** What becomes of an item that fails: its reason is recorded and the run goes on, or it is tried again and then fails the run. */
export type OnItemError = 'skip' | 'fail';

export interface JobSettings {
  /** Items in one transaction. */
  readonly batchSize: number;
  /** Items that one checkpoint covers, or by time; what that means in each pattern is in the README. */
  readonly checkpointEvery: CheckpointEvery;
  /** Milliseconds of pretended work per item, so that an audience can watch. */
  readonly itemMs: number;
  readonly timing: Timing;
  /** Left out in runs of releases before: nothing besides. */
  readonly store?: StoreName;
  /** Default: skip. */
  readonly onError?: OnItemError;
  /** Items a second at the most; left out: as fast as it goes. */
  readonly maxRate?: number;
  /** Active statements in the database above which the run waits; left out: it doesn't ask. */
  readonly maxLoad?: number;
  /** Milliseconds after which a run at work gives its place to others; left out: it keeps it. */
  readonly maxRuntimeMs?: number;
  /** The run that a partition is a part of: what it does counts as that run's. Left out: the Workflow is the run. */
  readonly runId?: string;
}

/** What a job is started with that is split over child Workflows. */
export interface SplitJobSettings extends JobSettings {
  /** How many, at the most. */
  readonly partitions: number;
}
