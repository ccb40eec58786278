/** What a user's tests import: stop a job anywhere, kill it, and count what it met again. */
export { memoryStore } from '../iteration/stores/memory.js';
export { type InterruptionPoint, interrupting } from '../steps/continuation.js';
export { type ActivityFaults, activityFaults } from './activity-faults.js';
export { type BatchRun, type BatchRunOptions, batchRun } from './batch-run.js';
export {
  type ExecutionEnd,
  type IterationRun,
  type IterationRunOptions,
  iterationRun,
} from './iteration-run.js';
export { killHere, NotWatchedError } from './kill-here.js';
export type { PlannedEnd } from './observed-items.js';
export { PlanNotMetError, type UnmetPlan } from './planned-ends.js';
export type { After, Killed, PlayedRunOptions, Sent } from './played-run.js';
export { EndedOtherwiseError, RunIsOverError } from './played-run-errors.js';
