/** The step pattern: everything here is safe to bundle into Workflows. */
export {
  type ContinuableOptions,
  type ContinuableWorkflow,
  continuable,
  progressQuery,
} from './continuable.js';
export { type IterateOptions, iterate } from './iterate.js';
export { type Job, maximumFruitlessInterruptions, type Step } from './job.js';
export type { Continuation } from './run-ledger.js';
