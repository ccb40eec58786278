/** Reads checkpoints back: from Workflow history, pending Activities and the server's description. Needs no worker. */
export { describeFailure } from './describe-failure.js';
export { type RunHistory, readCheckpoints, readRun, stateOf } from './read-run.js';
export type {
  CheckpointSource,
  PendingWork,
  RecordedCheckpoint,
  RecordedExecution,
  RunState,
  RunStateName,
} from './run-state.js';
