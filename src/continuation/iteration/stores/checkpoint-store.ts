/**
 * Where checkpoints are kept besides the heartbeat: one interface for every store, also one of your own.
 *
 * S1  A store keeps the newest checkpoint of a key, by sequence, never by clock.
 * S2  It is opened by one attempt, under an epoch: a higher epoch takes over, and a lower one is refused (FenceLostError).
 * S3  `item` keeps the checkpoint of an item when its work is done: after it, or in the same transaction.
 * S4  A store that is best effort (redis) answers an outage with nothing stored and goes on; one that fences (postgres) throws.
 * S5  Work that has ended is retired: its checkpoint goes, and with a store that fences no earlier attempt begins it again.
 */
import type { Checkpoint } from '../../checkpoint.js';
import type { Cadence } from '../cadence.js';

/** Whose checkpoint it is. */
export interface CheckpointKey {
  /** The Workflow Id. */
  readonly workflowId: string;
  /** See `BatchStart`: another run under the same Workflow Id has another one. */
  readonly chain: string;
  /** The enumerator's Activity, or the step. */
  readonly name: string;
}

/**
 * Orders the attempts of a run. Attempts start at 1 again for each Activity that is scheduled, so the Workflow counts
 * those: its generation rises with each, over continue-as-new too.
 */
export interface Epoch {
  readonly generation: number;
  readonly attempt: number;
}

/** Another attempt owns the work by now: nothing of this one counts any more. */
export class FenceLostError extends Error {
  override readonly name = 'FenceLostError';

  constructor(
    key: CheckpointKey,
    epoch: Epoch,
    /** Under which epoch it was taken over, where the store says; undefined otherwise. */
    readonly owner?: Epoch,
  ) {
    super(
      `Another attempt has taken over '${key.name}' of ${key.workflowId}: generation ${epoch.generation}, attempt ${epoch.attempt} may write nothing any more.`,
    );
  }
}

/**
 * A store that fences can't be reached, or doesn't get what it needs in time. Says nothing about the item in hand: it is
 * tried again without end, and not counted as that item's error. Its cause is what the driver said.
 */
export class StoreOutageError extends Error {
  override readonly name: string = 'StoreOutageError';
}

/**
 * A store could not keep an item, and not by the item's fault: its transaction was ended from outside, say. No error policy
 * sees it, so that nothing is passed over for it. It ends the attempt and is counted as `retry()` counts: an item that it
 * always comes at fails the run, which keeps its cursor.
 */
export abstract class StoreFaultError extends Error {
  /** Whether trying again may help; otherwise the run fails at once. */
  readonly mayPass: boolean = true;
}

/** A store that can't be used as it is, such as one without its table: only a person can mend that, so it fails the run at once. */
export abstract class StoreUnusableError extends Error {}

/** Inside the store's own transaction: what is done through it commits together with the cursor, or not at all. */
export interface Transaction {
  /** As `pg`'s. Refuses BEGIN, COMMIT and the like, and everything once its item has ended. */
  query<Row extends object = Record<string, unknown>>(
    statement:
      | string
      | { readonly text: string; readonly values?: readonly unknown[]; readonly name?: string },
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
}

/** Hears what a store does, for metrics. */
export interface StoreListener {
  /** A checkpoint is kept, and that took so many seconds: what the store itself took, without the item's work. */
  kept(seconds: number): void;
  /** The store could not be reached, and the work goes on without it. One that throws StoreOutageError is heard of by that. */
  unreachable(): void;
}

export interface SessionOptions {
  readonly key: CheckpointKey;
  readonly epoch: Epoch;
  /** Items between two checkpoints, at the least; what it means is the store's. */
  readonly every: number;
  /**
   * Where checkpoints go by time: asked after each item (`advanced`, then `isDue`), and told of each checkpoint (`worked`,
   * `checkpointed`, then `begin`), in milliseconds of `performance.now()`. `every` is 1 then, for a store that doesn't ask.
   */
  readonly cadence?: Cadence;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
  /** A store that tells nothing is not counted; default: nobody hears. */
  readonly hears?: StoreListener;
}

/** A stored checkpoint as it was found: unchecked, `schema` decides what it is. */
export interface StoredCheckpoint {
  readonly key: CheckpointKey;
  readonly epoch: Epoch;
  readonly checkpoint: unknown;
  readonly at: Date | null;
}

/** One attempt's use of a store. `T` is `Transaction` where effects can be made to commit with the cursor, else null. */
export interface StoreSession<T extends Transaction | null = Transaction | null> {
  /** What was stored when it was opened: unchecked JSON, null for nothing. */
  readonly stored: unknown;
  /**
   * Does one item's work and keeps the checkpoint that follows from its result.
   *
   * @param size what it counts for towards `every`: a batch's rows, say; default 1
   * @throws what `work` throws, and then nothing is kept; FenceLostError, and then nothing is kept, and what went through
   *   the transaction has not happened; StoreOutageError and StoreFaultError from a store that fences, likewise
   */
  item<Result>(
    work: (transaction: T) => Promise<Result>,
    checkpointAfter: (result: Result) => Checkpoint,
    size?: number,
  ): Promise<Result>;
  /**
   * Keeps this checkpoint now: at a stop, and before an error is thrown. One with a lower sequence than the kept one is
   * passed over; one with the same sequence is the same position told anew (an error counted, say), and is kept.
   *
   * @throws FenceLostError; StoreOutageError from a store that fences
   */
  flush(checkpoint: Checkpoint): Promise<void>;
  close(): Promise<void>;
}

export interface CheckpointStore<T extends Transaction | null = Transaction | null> {
  /** As it is shown: `redis`, `postgres`, or a name of your own. */
  readonly name: string;
  /** Whether each item's checkpoint is durable when its `item` returns; otherwise it is kept at times. */
  readonly keepsEachItem?: boolean;
  /**
   * Whether effects commit with the checkpoint: then the stored one is what has happened, also where history or the heartbeat
   * say more (a database that lost its last commits in a crash).
   */
  readonly fences?: boolean;
  /** Takes over for an attempt (S2). @throws FenceLostError where a higher epoch was here already */
  open(options: SessionOptions): Promise<StoreSession<T>>;
  /** All checkpoints of a run under this Workflow Id, for inspection. @throws where the store can't be reached */
  read(workflowId: string): Promise<readonly StoredCheckpoint[]>;
  /**
   * The work has ended, as history has it: removes its checkpoint, unless a later epoch took it up anew. A store that fences keeps
   * the epoch, so that an attempt which slept through the end can't begin it again.
   *
   * @throws StoreOutageError as a session does
   */
  retire(key: CheckpointKey, epoch: Epoch): Promise<void>;
  /** Removes all that is kept of a run; of one step or Activity where `name` is given. @throws StoreOutageError as a session does */
  clear(run: { readonly workflowId: string; readonly chain: string; readonly name?: string }): Promise<void>;
}
