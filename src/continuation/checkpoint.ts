/**
 * The vocabulary that both patterns share: counts, checkpoints, resumptions, and what a batch or an iteration reports.
 *
 * These are plain data: they travel through Workflow history, heartbeat details and continue-as-new inputs.
 * `checkpoint-schema.ts` checks them where they come back in.
 */
import type { CadenceInForce } from './checkpoint-cadence.js';
import type { Cursor, EncodedCursor, JsonValue } from './cursor.js';

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

/** Where the checkpoint that a resumption started from was kept; besides these, the name of a store. */
export type ResumptionSource = 'history' | 'heartbeat' | 'start' | (string & {});

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
  /** Errors of any text in a row at this cursor; left out by releases before. */
  readonly inARow?: number | undefined;
}

/** How the attempts of one Activity fared since it last got further: what says that no further attempt would help. */
export interface AttemptRecord {
  /** The newest attempt that wrote here. */
  readonly last: number;
  /** That one has begun, and neither got further nor said how it ended: if there is another one, it was lost. */
  readonly pending: boolean;
  /** Attempts that were lost after they had written here. */
  readonly lost: number;
  /** Attempts that never wrote here: lost at once, or failed before they came to the work. */
  readonly unseen: number;
}

/** The type of the failure that ends a run at the same error's last time; its message says how often it came, and where. */
export const sameErrorFailure = 'SameErrorAtSameCursor';

/**
 * The type of the failure of an Activity whose claim a store refused for a later epoch, which is its first detail. Only the
 * rightful attempt's failure is heard of: then its Workflow takes over.
 */
export const fenceLostFailure = 'FenceLostError';

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

/** An item that failed and was passed over by policy. */
export interface SkippedItem {
  readonly cursor: EncodedCursor;
  readonly reason: string;
}

/** A cursor with all that a new worker needs to go on from it. Cumulative over the run. */
export interface Checkpoint extends RunTally {
  /** Resume strictly after this item; null: nothing done yet. */
  readonly cursor: EncodedCursor | null;
  /** Rises with each advance. The newer checkpoint wins by it, never by a clock. */
  readonly sequence: number;
  /** What the run selects, fixed at its first start; null before that. */
  readonly selection: JsonValue;
  readonly error: ErrorAtCursor | null;
  /** Whether `onStart` has run to its end. */
  readonly started: boolean;
  /** Whether `select` has run to its end; left out by releases before, which told it by what was selected. */
  readonly selected?: boolean | undefined;
  /** Items that came to an end, whatever they count for; left out by releases before. */
  readonly walked?: number | undefined;
  /** Of the Activity of this generation; left out by releases before. */
  readonly attempts?: (AttemptRecord & { readonly generation: number }) | undefined;
  /** Interruptions so far: stops that were no error, with the cursor exact. */
  readonly timesInterrupted: number;
  /** Milliseconds of work, over all attempts; of a lost attempt, up to its last checkpoint. */
  readonly workedMs: number;
  /** The store in whose transactions the work up to here was committed; left out: no store that fences. */
  readonly fencedBy?: string | undefined;
  /** Of an attempt whose checkpoints go by time; left out: they go by number, or are made with each item. */
  readonly cadence?: CadenceInForce | undefined;
  /** The newest items that were passed over, at most `maximumSkipsKept`; all are among the failed. */
  readonly skipped: readonly SkippedItem[];
}

/** The run's very beginning. */
export const firstCheckpoint: Checkpoint = {
  ...emptyTally,
  cursor: null,
  sequence: 0,
  selection: null,
  error: null,
  started: false,
  timesInterrupted: 0,
  workedMs: 0,
  skipped: [],
};

/** Bounds the payload, as with resumptions. */
export const maximumSkipsKept = 20;

/** Bounds the payload: a run that is interrupted a thousand times must not carry a thousand records along. */
export const maximumResumptionsKept = 50;

/** Why work stopped without an error. */
export type InterruptionReason =
  | 'worker stopping'
  | 'cancelled'
  | 'history limit'
  | 'paused by the server'
  | 'time limit'
  | 'the job asked'
  | 'isolated step'
  | 'error after progress'
  | 'a test asked';

/** What one batch Activity of the step pattern reports. Its counts are of this batch alone. */
export interface Batch<C extends Cursor = Cursor> {
  readonly type: 'leftoff.batch';
  /** advanced: there may be more; finished: there is none; interrupted: stopped early, the cursor is exact. */
  readonly kind: 'advanced' | 'finished' | 'interrupted';
  readonly reason: InterruptionReason | null;
  /** The cursor that it was given; undefined in what releases before wrote. */
  readonly after?: EncodedCursor | null | undefined;
  /** Where it went on after instead, and who had kept that: what a lost attempt left. Left out: it began at what it was given. */
  readonly resumed?: { readonly after: EncodedCursor | null; readonly source: ResumptionSource } | undefined;
  /** The cursor after this batch; null: still nothing done. */
  readonly cursor: EncodedCursor | null;
  /** Never there: through it the compiler follows the cursor's type. */
  readonly cursorType?: C;
  readonly counts: Counts;
  readonly total: number | null;
  /** The Activity's attempt: above 1, an earlier attempt was lost or failed and this batch was met again. */
  readonly attempt: number;
  /** As its start had it, for readers of a history; left out by releases before. */
  readonly generation?: number | undefined;
  /** Milliseconds that this attempt worked, by its worker's clock; left out by releases before. */
  readonly workedMs?: number | undefined;
  /** Where its checkpoints go by time: that cadence, as the next batch takes it up. */
  readonly cadence?: CadenceInForce | undefined;
  /** With a cadence: the part of `workedMs` before its first item was in hand, which each batch pays. */
  readonly openedMs?: number | undefined;
  /** Do not go on before this many milliseconds; 0: at once. */
  readonly waitMs?: number;
  /** The store that keeps a checkpoint of this step still, to be cleared once it has finished; null: none. */
  readonly store?: string | null;
  /** It only cleared what its store had of the step, for readers of a history: it is no batch of the step's. */
  readonly clearing?: true | undefined;
}

/** What a step's last batch made of its cadence, and what its checkpoint cost, in milliseconds; null: not measured. */
export interface CarriedCadence extends CadenceInForce {
  readonly costMs: number | null;
}

/** Where a batch starts: what a step hands to its Activity. */
export interface BatchStart<C extends Cursor = Cursor> {
  readonly step: string;
  /** Resume strictly after this item; null: from the beginning. */
  readonly cursor: EncodedCursor | null;
  /** Never there: through it the compiler follows the cursor's type, and takes no other for it. */
  readonly cursorType?: (cursor: C) => C;
  /** What stores tell runs apart by: the run id of the first execution, or in a partition its parent's chain and `/<n>`. */
  readonly chain: string;
  /** How many batches of this run were scheduled, this one included. */
  readonly generation: number;
  /** The first batch that was scheduled from this very position: of those since, none has reported. Default: this one. */
  readonly since?: number;
  /** The store through which the batch before got to the cursor; left out: none, or the job moved it itself. */
  readonly keptBy?: string;
  /** Left out: the step's checkpoints go by number, or it has had none yet. */
  readonly cadence?: CarriedCadence;
  /** Set where the step has finished, or was cancelled for good: only clear what a store keeps of it. */
  readonly cleanUp?: true;
}

/** How an iteration came to its end. Only after `exhausted` and `finished early` has `onComplete` run. */
export type IterationEnding = 'exhausted' | 'finished early' | 'stopped early' | 'item limit';

interface OutcomeOf<C extends Cursor> {
  readonly type: 'leftoff.iteration';
  readonly checkpoint: Checkpoint;
  /** The store besides the heartbeat that keeps a checkpoint still, to be cleared when the run's end is in history; null: none. */
  readonly store?: string | null;
  /** Never there: through it the compiler follows the cursor's type. */
  readonly cursorType?: C;
}

/** What one Activity of the enumerator pattern reports when it ends without an error. */
export type IterationOutcome<C extends Cursor = Cursor> =
  | (OutcomeOf<C> & {
      readonly kind: 'completed';
      readonly ending: IterationEnding;
      readonly result: JsonValue;
      /** It only told what another one's heartbeat has, for readers of a history: it is no outcome of the run's. */
      readonly looked?: true | undefined;
    })
  | (OutcomeOf<C> & { readonly kind: 'interrupted'; readonly reason: InterruptionReason })
  /** Not now: the Workflow waits and schedules it again. */
  | (OutcomeOf<C> & { readonly kind: 'throttled'; readonly waitMs: number });

/** What a run reports at its end, in both patterns. */
export interface RunResult extends RunTally {
  readonly cursor: JsonValue;
  /** How many executions the continue-as-new chain has. */
  readonly executions: number;
  /** What the job itself returned. */
  readonly result: JsonValue;
  /** How an iteration came to its end; not there in a run of steps, nor in what releases before returned. */
  readonly ending?: IterationEnding | undefined;
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
