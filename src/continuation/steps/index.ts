/** The step pattern: everything here is safe to bundle into Workflows. */
export { batchOf } from '../batch-of.js';
export type { Batch, BatchStart, Counts, Resumption, RunProgress, RunResult } from '../checkpoint.js';
export type { Cursor, JsonValue } from '../cursor.js';
export { histogramBuckets, type Metric, metrics } from '../metrics.js';
export { production, type Timing } from '../timing.js';
export { activityDefaults } from './activity-defaults.js';
export type { CarriedChain } from './carried-chain.js';
export type { CarriedIteration } from './carried-iteration.js';
export type { CarriedPartitions, PartitionResult } from './carried-partitions.js';
export { type ContinuableWorkflow, continuable } from './continuable.js';
export type { ContinuableOptions } from './continuable-settings.js';
export {
  type CarriedContinuation,
  type Continuation,
  type InterruptionPoint,
  interrupting,
  type PlannedInterruption,
} from './continuation.js';
export { pauseSignal, pauseUpdate, unpauseSignal, unpauseUpdate } from './control.js';
export { defaultFailureRules, type FailureRules } from './failure-rules.js';
export { type IterateOptions, type IterateWorkflow, iterate } from './iterate.js';
export type { Job, StartedStepOptions, StepOptions } from './job.js';
export { type PartitionedResult, partitionsFailure } from './partition-results.js';
export {
  maximumPartitions,
  type PartitionedOptions,
  type PartitionedWorkflow,
  partitioned,
} from './partitioned.js';
export { progressQuery } from './progress-query.js';
export { maximumFruitlessInterruptions, type StartedStep, type Step } from './step.js';
