/**
 * The vocabulary that both patterns share: counts, checkpoints, resumptions, and what a batch or an iteration reports.
 *
 * These are plain data: they travel through Workflow history, heartbeat details and continue-as-new inputs.
 * `checkpoint-schema.ts` checks them where they come back in.
 */
import type { Cursor, JsonValue } from './cursor.js';

/** How many items had which end. A revisit is counted on top: its item is among `processed` or `failed` as well. */
export interface Counts {
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
}

export const noCounts: Counts = { processed: 0, failed: 0, revisited: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    processed: a.processed + b.processed,
    failed: a.failed + b.failed,
    revisited: a.revisited + b.revisited,
  };
}

/** Where the checkpoint that a resumption started from was kept. */
export type ResumptionSource = 'history' | 'heartbeat' | 'start';

/** One time that work was picked up again after an interruption, a lost worker or an error. */
export interface Resumption {
  /** The cursor that it resumed strictly after; null: from the beginning. */
  readonly resumedAfter: JsonValue;
  readonly source: ResumptionSource;
  /** The Activity's attempt, 1 for a newly scheduled one. */
  readonly attempt: number;
  /** Items met again that were already done. */
  readonly revisited: number;
}

/** The same error at the same cursor, counted over attempts; an advance forgets it. */
interface ErrorAtCursor {
  readonly message: string;
  readonly times: number;
}

/** The type of the failure that ends a run at the same error's last time; its message says how often it came, and where. */
export const sameErrorFailure = 'SameErrorAtSameCursor';

/** What a run has counted up to some point, over all its executions and attempts. */
export interface RunTally {
  readonly counts: Counts;
  /** How many items the run selects; null when unknown. */
  readonly total: number | null;
  /** How many checkpoints were made: in history, or handed to a store. */
  readonly checkpoints: number;
  /** The newest resumptions, oldest first, at most `maximumResumptionsKept`. */
  readonly resumptions: readonly Resumption[];
  /** How many resumptions there were, also those no longer kept. */
  readonly resumptionCount: number;
}

export const emptyTally: RunTally = {
  counts: noCounts,
  total: null,
  checkpoints: 0,
  resumptions: [],
  resumptionCount: 0,
};

/** The tally out of whatever carries one. */
export function tallyOf({ counts, total, checkpoints, resumptions, resumptionCount }: RunTally): RunTally {
  return { counts, total, checkpoints, resumptions, resumptionCount };
}

/** Counts a resumption and keeps the list of them bounded. */
export function tallyResumption<T extends RunTally>(tally: T, resumption: Resumption): T {
  return {
    ...tally,
    resumptions: keepResumption(tally.resumptions, resumption),
    resumptionCount: tally.resumptionCount + 1,
  };
}

/** A cursor with all that a new worker needs to go on from it. Cumulative over the run. */
export interface Checkpoint<C extends Cursor = Cursor> extends RunTally {
  /** Resume strictly after this item; null: nothing done yet. */
  readonly cursor: C | null;
  /** Rises with each advance. The newer checkpoint wins by it, never by a clock. */
  readonly sequence: number;
  /** What the run selects, fixed at its first start; null before that. */
  readonly selection: JsonValue;
  readonly error: ErrorAtCursor | null;
}

/** Bounds the payload: a run that is interrupted a thousand times must not carry a thousand records along. */
export const maximumResumptionsKept = 50;

/** Why work stopped without an error. */
export type InterruptionReason = 'worker stopping' | 'cancelled' | 'history limit' | 'paused by the server';

/** What one batch Activity of the step pattern reports. Its counts are of this batch alone. */
export interface Batch<C extends Cursor = Cursor> {
  readonly type: 'leftoff.batch';
  /** advanced: there may be more; finished: there is none; interrupted: stopped early, the cursor is exact. */
  readonly kind: 'advanced' | 'finished' | 'interrupted';
  readonly reason: InterruptionReason | null;
  /** The cursor after this batch; null: still nothing done. */
  readonly cursor: C | null;
  readonly counts: Counts;
  readonly total: number | null;
  /** The Activity's attempt: above 1, an earlier attempt was lost or failed and this batch was met again. */
  readonly attempt: number;
}

/** What one Activity of the enumerator pattern reports when it ends without an error. */
export type IterationOutcome<C extends Cursor = Cursor> =
  | {
      readonly type: 'leftoff.iteration';
      readonly kind: 'completed';
      readonly checkpoint: Checkpoint<C>;
      readonly result: JsonValue;
    }
  | {
      readonly type: 'leftoff.iteration';
      readonly kind: 'interrupted';
      readonly reason: InterruptionReason;
      readonly checkpoint: Checkpoint<C>;
    };

/** What a run reports at its end, in both patterns. */
export interface RunResult extends RunTally {
  readonly cursor: JsonValue;
  /** How many executions the continue-as-new chain has. */
  readonly executions: number;
  /** What the job itself returned. */
  readonly result: JsonValue;
}

/** The answer to the `progress` query of a run, in both patterns. */
export interface RunProgress extends Omit<RunTally, 'resumptions'> {
  readonly step: string | null;
  readonly cursor: JsonValue;
  readonly executions: number;
}

/** Appends a resumption and keeps the list bounded. */
export function keepResumption(kept: readonly Resumption[], resumption: Resumption): Resumption[] {
  return [...kept, resumption].slice(-maximumResumptionsKept);
}
