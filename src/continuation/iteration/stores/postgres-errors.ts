/** What the postgres store throws besides FenceLostError, and how it tells an outage from an answer. */
import { StoreOutageError, StoreUnusableError } from './checkpoint-store.js';

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

/** The item's transaction sat idle for too long between two statements, and the server ended it. */
export class ItemIdleError extends Error {
  override readonly name = 'ItemIdleError';

  constructor(idleMs: number, options: ErrorOptions) {
    super(
      `An item's transaction did nothing for more than ${idleMs} ms, and Postgres ended it: nothing of it is kept. Do what takes long before the first transaction.query, or raise idleInTransactionMs.`,
      options,
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
    const words = cause instanceof Error ? cause.message : String(cause);
    super(
      `A statement of this item failed (${words}), and with it the whole transaction, though the error was caught: nothing of the item is kept. Let the error through, or avoid it (INSERT … ON CONFLICT, a check before).`,
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

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlState = {
  tableMissing: '42P01',
  schemaMissing: '3F000',
  lockNotAvailable: '55P03',
  idleInTransaction: '25P03',
} as const;

/** What the server answered, as its code of five characters; null where it was not the server that spoke. */
export function sqlStateOf(error: unknown): string | null {
  // Node has codes of five characters as well (EPIPE), but no severity.
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Whether the server ended the connection since its transaction did nothing: said to the next statement, or before it. */
export function endedForIdling(connection: { readonly lost: Error | null } | null, thrown: unknown): boolean {
  const cause = thrown instanceof StoreOutageError ? thrown.cause : thrown;
  return [connection?.lost, cause].some((error) => sqlStateOf(error) === sqlState.idleInTransaction);
}

/** Whether a statement of the item's own failed since the connection went away, and not by anything that it says. */
export function lostUnder(connection: { readonly lost: Error | null } | null, thrown: unknown): boolean {
  if (connection === null || thrown instanceof StoreOutageError) return false;
  // 57P01 and its like are the server's last words to whoever asks; the connection's end comes after them.
  return connection.lost !== null || /^(08(?!P01)|57P)/.test(sqlStateOf(thrown) ?? '');
}

/**
 * Connection, operator, machine and resources; a conflict that the next try won't have; read-only while another server
 * takes over; not let in. 08P01 is of the connection's class, and says that a message was wrong (a value too few, say).
 */
const outageStates = /^(08(?!P01)|57|58|53|28|3D|40|25006|55P03)/;

/** Whether the server is away, or says that it can't just now. */
export function isOutageState(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === null || outageStates.test(state);
}

/** Whether a failed COMMIT has surely not happened: the server said so, and lives. */
export function surelyRolledBack(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && !/^(08|57|58|53|XX|40003)/.test(state);
}
