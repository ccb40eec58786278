/** What the postgres store throws besides FenceLostError. */
import { StoreFaultError, StoreOutageError, StoreUnusableError } from './checkpoint-store.js';

/** The table for the checkpoints isn't there. */
export class CheckpointsTableMissingError extends StoreUnusableError {
  override readonly name = 'CheckpointsTableMissingError';

  constructor(table: string, options: ErrorOptions) {
    super(
      `The table ${table} for checkpoints doesn't exist in this database. Create it once with createCheckpointsTable(pool), or with the statement that checkpointsTableSql() returns in your migrations.`,
      options,
    );
  }
}

/** The table is there, and the pool's user may not use it. */
export class CheckpointsTableForbiddenError extends StoreUnusableError {
  override readonly name = 'CheckpointsTableForbiddenError';

  constructor(table: string, options: ErrorOptions) {
    super(
      `The pool's user may not use the table ${table} for checkpoints (${wordsOf(options.cause)}): it needs SELECT, INSERT, UPDATE and DELETE on it, and USAGE on its schema.`,
      options,
    );
  }
}

/** A table of that name is there, and isn't one for checkpoints: a column or its key is another. */
export class CheckpointsTableMismatchError extends StoreUnusableError {
  override readonly name = 'CheckpointsTableMismatchError';

  constructor(table: string, options: ErrorOptions) {
    super(
      `The table ${table} is not one for checkpoints (${wordsOf(options.cause)}). checkpointsTableSql() returns what it has to be; name another with the option 'table', or alter this one.`,
      options,
    );
  }
}

/** Another transaction holds the checkpoint's row for longer than the claim may wait. */
export class CheckpointHeldError extends StoreOutageError {
  override readonly name = 'CheckpointHeldError';

  constructor(name: string, waitedMs: number, options: ErrorOptions) {
    super(
      `Another transaction holds the checkpoint of '${name}' for more than ${waitedMs} ms: an earlier attempt inside an item, or somebody's open session. Taking over is tried again; pg_stat_activity shows who it is.`,
      options,
    );
  }
}

/** The connection was lost while an item was committed: it is done, or it isn't, and the stored checkpoint tells which. */
export class CommitInDoubtError extends StoreOutageError {
  override readonly name = 'CommitInDoubtError';

  constructor(name: string, options: ErrorOptions) {
    super(
      `The connection to Postgres was lost while an item of '${name}' was being committed. Whether it is done stands in the stored checkpoint, from which the next attempt goes on; this one may do nothing more.`,
      options,
    );
  }
}

/**
 * The item's transaction sat idle for too long between two statements, and the server ended it. Its process may have been
 * held up, so it is tried again; an item that really pauses that long ends the run.
 */
export class ItemIdleError extends StoreFaultError {
  override readonly name = 'ItemIdleError';

  constructor(idleMs: number, options: ErrorOptions) {
    super(
      `An item's transaction did nothing for more than ${idleMs} ms, and Postgres ended it: nothing of it is kept. Where its process was not held up, do what takes long before the first transaction.query, or raise idleInTransactionMs.`,
      options,
    );
  }
}

/** The server gave an item's transaction up for others: a deadlock's victim, a serialization failure. The next try may pass. */
export class ItemConflictError extends StoreFaultError {
  override readonly name = 'ItemConflictError';
  /** The server's, in pg's place: a job whose `isOutage` goes by it decides as ever. */
  readonly code: string;

  constructor(code: string, cause: unknown) {
    super(
      `Postgres gave up an item's transaction because of another one (${wordsOf(cause)}): nothing of the item is kept.`,
      { cause },
    );
    this.code = code;
  }
}

/**
 * An item's transaction ended under it, in a way that no statement is taken for. Trying again would do the same again, so the
 * run fails at once.
 */
export class TransactionEscapedError extends StoreFaultError {
  override readonly name = 'TransactionEscapedError';
  override readonly mayPass = false;

  constructor(what: string) {
    super(
      `${what} The item's transaction ended before its checkpoint was committed with it: what the item did is undone, or done without a checkpoint, and the run would do it again. Look into the item before the run is started again.`,
    );
  }
}

/** A statement of the store's own failed inside an item: neither the item's work nor its data can be told by it. */
export class StoreStatementError extends StoreFaultError {
  override readonly name = 'StoreStatementError';

  constructor(cause: unknown) {
    super(
      `The store's own statement failed inside an item (${wordsOf(cause)}): nothing of the item is kept. Does the item set something that isn't undone before its end, such as a role? SET LOCAL ROLE NONE undoes that.`,
      { cause },
    );
  }
}

/** A statement that an item's transaction doesn't take. */
export class StatementRefusedError extends Error {
  override readonly name = 'StatementRefusedError';

  constructor(why: string) {
    super(`${why} The store begins and ends the item's transaction; give it one statement at a time.`);
  }
}

/** The transaction is over: its item has ended. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';

  constructor() {
    super(
      "The item of this transaction has ended, and with it the transaction: the statement was not run. Await each transaction.query inside the item's own work.",
    );
  }
}

/** A statement failed, its error was caught, and the item went on as if it had not. */
export class StatementFailedError extends Error {
  override readonly name = 'StatementFailedError';

  constructor(cause: unknown) {
    super(
      `A statement of this item failed (${wordsOf(cause)}), and with it the whole transaction, though the error was caught: nothing of the item is kept. Let the error through, or avoid it (INSERT … ON CONFLICT, a check before).`,
      { cause },
    );
  }
}

/** An item's checkpoint that isn't after the stored one: it would be done without a cursor. */
export class CheckpointOrderError extends Error {
  override readonly name = 'CheckpointOrderError';

  constructor(sequence: number, stored: number) {
    super(
      `The item's checkpoint has the sequence ${sequence}, and ${stored} is stored already: each item has to raise it. Nothing of the item is kept. Did the attempt start from an older checkpoint than the stored one?`,
    );
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
