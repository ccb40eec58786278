/** What a user's tests import: interrupt a job anywhere, kill it, and count what it met again. */
export { memoryStore } from '../iteration/stores/memory.js';
export { type InterruptionPoint, interrupting } from '../steps/continuation.js';
export { type ActivityFaults, activityFaults } from './activity-faults.js';
export { type ExecutionEnd, IterationRun, type IterationRunOptions, iterationRun } from './iteration-run.js';
export type { PlannedEnd } from './observed-items.js';
