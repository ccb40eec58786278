/** Reads checkpoints back: from Workflow history, pending Activities, stores and the server's description. Needs no worker. */
export type { CadenceShown } from '../checkpoint-cadence.js';
export { checkpointSchema } from '../checkpoint-schema.js';
export { decodeCursor } from '../cursor.js';
export { isEnded, isHeld } from '../run-control.js';
export { describeFailure } from './describe-failure.js';
export {
  type ReadOptions,
  type RunHistory,
  readCheckpoints,
  readRun,
  readState,
  stateOf,
} from './read-run.js';
export type {
  CheckpointSource,
  PendingWork,
  RecordedCheckpoint,
  RecordedExecution,
  RunState,
  RunStateName,
} from './run-state.js';
