/** The step pattern: everything here is safe to bundle into Workflows. */
export {
  type ContinuableOptions,
  type ContinuableWorkflow,
  continuable,
} from './continuable.js';
export { type IterateOptions, iterate } from './iterate.js';
export { type Job, maximumFruitlessInterruptions, type Step } from './job.js';
export { progressQuery } from './progress-query.js';
export type { Continuation } from './run-ledger.js';
