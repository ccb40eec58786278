/**
 * Rules that came after the first release, each under a name that a history has where the rule decided something there.
 *
 * T1  A new execution has them all. One that is replayed past a point where it went on without such a rule goes on
 *     without it there, and has it from where the replay ends: a deployment changes no command that is in history.
 * T2  A rule is asked for last, where it may decide otherwise than before: its marker is an event, and most runs have none.
 */
import { patched } from '@temporalio/workflow';

export type LaterRule =
  /** An execution without progress continues as new, too. */
  | 'leftoff-history-limit-without-progress'
  /** The same error that the job catches again and again ends the run. */
  | 'leftoff-caught-errors-count'
  /** What the library fails a run for ends it, whatever its body still waits for. */
  | 'leftoff-refusal-ends-the-run'
  /** A run that fails waits for what is under way. */
  | 'leftoff-failure-waits'
  /** Continue-as-new waits for message handlers so long and no longer. */
  | 'leftoff-handlers-wait-is-bounded'
  /** Results have a limit of size. */
  | 'leftoff-results-are-bounded'
  /** A cursor that was changed in place is seen at set and advance, too. */
  | 'leftoff-changed-in-place-at-set'
  /** What a batch says of its cursor is checked. */
  | 'leftoff-batch-cursor-checked'
  /** Items are counted inside a step. */
  | 'leftoff-counts-in-steps'
  /** What a store keeps of a cancelled run is cleared. */
  | 'leftoff-cancelled-store-is-cleared'
  /** What a store keeps of a run that starts over is cleared. */
  | 'leftoff-restart-clears-its-store'
  /** A mistake in what a partition is started with is no partition's failure. */
  | 'leftoff-partition-mistakes-are-code';

/** Whether this execution has the rule here. */
export function holdsHere(rule: LaterRule): boolean {
  return patched(rule);
}
