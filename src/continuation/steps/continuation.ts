/**
 * What continue-as-new carries from one execution of a job in steps to the next, and a failed run keeps for its retry.
 *
 * N1  Plain JSON: cursors and results stand in it encoded.
 * N2  What a release before wrote is still read (`readContinuation`).
 *     Whatever else comes is refused by what it is: it would fail each Workflow Task, for a reason that nobody understands.
 * N3  A planned interruption is data in it, so that a test can ask for one at an exact point; see `interrupting`.
 */
import type { CarriedCadence, InterruptionReason, RunTally } from '../checkpoint.js';
import { emptyTally } from '../checkpoint.js';
import { type Cursor, type EncodedCursor, encodeCursor, encodeValue, type JsonValue } from '../cursor.js';
import type { CarriedChain } from './carried-chain.js';
import { invalidCarried } from './continuation-errors.js';

/** Why an execution ended and another one went on. */
export type ContinuationReason = InterruptionReason | 'retry after an error' | 'restart from scratch';

/** Where a test wants its run interrupted, once. */
export type PlannedInterruption =
  /** At the first checkpoint inside this step, or at the one where its cursor is `at`. */
  | { readonly kind: 'during'; readonly step: string; readonly at?: EncodedCursor }
  /** At the checkpoint between this step and the next one. After the last step there is none. */
  | { readonly kind: 'after'; readonly step: string };

export interface CompletedStep {
  readonly name: string;
  /** What its body returned, encoded; left out where that was nothing. */
  readonly result?: JsonValue;
}

export interface CurrentStep {
  readonly name: string;
  readonly cursor: EncodedCursor | null;
  /** The last batch was interrupted: the next one is a resumption. */
  readonly interrupted: boolean;
  /** Batches in a row that brought no progress. */
  readonly fruitless: number;
  /** When its first execution began it, in milliseconds of Workflow time; null: unknown. */
  readonly startedAt: number | null;
  /** The generation of the first batch from where the step is now, of which none has reported yet; left out: none was scheduled. */
  readonly batchesSince?: number;
  /** The store through which the last batch got to the cursor; left out: none, or the job moved it itself. */
  readonly keptBy?: string;
  /** What its batches have learnt of its cadence; left out: it goes by number. */
  readonly cadence?: CarriedCadence;
}

/** An error at one place: a step and its cursor. Another place forgets it. */
export interface ErrorAtPlace {
  readonly type: string;
  readonly message: string;
  readonly step: string | null;
  readonly cursor: EncodedCursor | null;
  /** How often this error came here in a row. */
  readonly times: number;
  /** How many errors came here in a row, of whatever kind. */
  readonly inARow: number;
}

export interface Continuation extends RunTally {
  readonly type: 'leftoff.continuation';
  readonly version: 2;
  readonly completed: readonly CompletedStep[];
  readonly current: CurrentStep | null;
  /** The newest cursor of any step: the run's result names it, also when its step ended executions ago. */
  readonly lastCursor: EncodedCursor | null;
  readonly executions: number;
  /**
   * What stores tell runs apart by: the run id of the first execution, also over a retry and a reset; null until that one starts.
   * Partition number n has its parent's chain and `/<n>`. A cron job's next run and a Workflow retry that starts over are runs of
   * their own: so not the server's first run id, which they share.
   */
  readonly chain: string | null;
  /** How many batches were scheduled so far. For fences: the newer batch has the higher one. */
  readonly generation: number;
  readonly error: ErrorAtPlace | null;
  /** How often the run was started over by `restartOn`. */
  readonly restarts: number;
  /** Resumptions from before the run was started again by hand: they don't count for `maxResumptions`. */
  readonly forgivenResumptions: number;
  /** Why the execution before ended; null: there was none. */
  readonly reason: ContinuationReason | null;
  /**
   * A run that went on from here may have been lost: in steps that this one has not begun, batches since this generation may
   * have left their place in a store, and none of them has reported. Left out: there was no such run.
   */
  readonly lostSince?: number;
  /** A test's, each consumed when it is met. */
  readonly interruptAt?: readonly PlannedInterruption[];
}

/** What releases before wrote: results as plain JSON, which may hold what an encoding would be taken for. */
export interface ContinuationV1 extends RunTally {
  readonly type: 'leftoff.continuation';
  readonly version: 1;
  readonly completed: readonly { readonly name: string; readonly result: JsonValue }[];
  readonly current: Omit<CurrentStep, 'startedAt'> | null;
  readonly lastCursor: EncodedCursor | null;
  readonly executions: number;
}

/** What a continuable Workflow takes as its second argument. */
export type CarriedContinuation = Continuation | ContinuationV1 | CarriedChain;

export const firstExecution: Continuation = {
  type: 'leftoff.continuation',
  version: 2,
  completed: [],
  current: null,
  lastCursor: null,
  ...emptyTally,
  executions: 1,
  chain: null,
  generation: 0,
  error: null,
  restarts: 0,
  forgivenResumptions: 0,
  reason: null,
};

/**
 * Reads what was carried, by this release or one before; null: nothing was.
 *
 * @throws InvalidCarriedError, naming what came and what is wanted
 */
export function readContinuation(carried: CarriedContinuation | null): Continuation {
  if (carried === null) return firstExecution;
  switch (carried.type) {
    case 'leftoff.chain': {
      const { type: _, version: __, ...chain } = carried;
      return { ...firstExecution, ...chain };
    }
    case 'leftoff.continuation':
      if (carried.version === 2) return { ...firstExecution, ...carried };
      if (carried.version === 1) return readVersion1(carried);
  }
  throw invalidCarried(carried, "a job's 'leftoff.continuation' of version 1 or 2");
}

function readVersion1({ completed, current, ...carried }: ContinuationV1): Continuation {
  return {
    ...firstExecution,
    ...carried,
    version: 2,
    completed: completed.map(({ name, result }) => ({ name, result: encodeValue(result) })),
    current: current === null ? null : { ...current, cursor: reencoded(current.cursor), startedAt: null },
    lastCursor: reencoded(carried.lastCursor),
  };
}

/** As `encodeCursor`, without its limit of size, which was not there then. */
function reencoded(cursor: EncodedCursor | null): EncodedCursor | null {
  return cursor === null ? null : encodeValue(cursor);
}

/** A point as a test names it: `at` is a cursor as the step sees it. */
export type InterruptionPoint =
  | { readonly kind: 'during'; readonly step: string; readonly at?: Cursor }
  | { readonly kind: 'after'; readonly step: string };

/**
 * For tests: what to start a continuable Workflow with (`args: [input, interrupting(…)]`), so that it is interrupted
 * once at each of these points. A run that ends without having met one of them fails (`PlannedInterruptionNotMet`).
 *
 * @throws InvalidCursorError for an `at` that is no cursor
 */
export function interrupting(...points: readonly InterruptionPoint[]): Continuation {
  return { ...firstExecution, interruptAt: points.map(planned) };
}

function planned(point: InterruptionPoint): PlannedInterruption {
  const { kind, step } = point;
  if (kind === 'after') return { kind, step };
  return point.at === undefined ? { kind, step } : { kind, step, at: encodeCursor(point.at) };
}
