/**
 * What an error of pg's says, by the server's code: an outage, a fault of the store's, or an answer to the statement.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
import { StoreFaultError, StoreOutageError } from './checkpoint-store.js';
import {
  CheckpointsTableForbiddenError,
  CheckpointsTableMismatchError,
  CheckpointsTableMissingError,
  ItemConflictError,
  ItemIdleError,
  wordsOf,
} from './postgres-errors.js';

export const sqlState = {
  lockNotAvailable: '55P03',
  idleInTransaction: '25P03',
  readOnly: '25006',
  /** Of `move` (postgres-statements.ts): a division by zero where another attempt has the row. */
  notAsKnown: '22012',
} as const;

/** What the server answered, as its code of five characters; null where it was not the server that spoke. */
export function sqlStateOf(error: unknown): string | null {
  // Node has codes of five characters as well (EPIPE), but no severity.
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
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

/** What an answer says of the table for checkpoints, where it is that which can't be used; else the error as it is. */
export function unlessTableUnusable(error: unknown, table: string): unknown {
  switch (sqlStateOf(error)) {
    case '42P01':
    case '3F000':
      return new CheckpointsTableMissingError(table, { cause: error });
    case '42501':
      return new CheckpointsTableForbiddenError(table, { cause: error });
    case '42703':
    case '42P10':
      return new CheckpointsTableMismatchError(table, { cause: error });
    default:
      return error;
  }
}

/** Whether a failed COMMIT has surely not happened: the server said so, and lives. */
export function surelyRolledBack(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && !/^(08|57|58|53|XX|40003)/.test(state);
}

/** A connection, as far as it matters here: why it is gone, once it is. */
interface MaybeLost {
  readonly lost: Error | null;
}

/**
 * What an error of a statement inside an item says of the store and its connection; null: nothing, it is an answer to the
 * statement. Null for the connection: there was none yet.
 */
export function faultOf(
  connection: MaybeLost | null,
  thrown: unknown,
  { idleInTransactionMs }: { readonly idleInTransactionMs: number },
): StoreFaultError | StoreOutageError | null {
  const cause = thrown instanceof StoreOutageError ? thrown.cause : thrown;
  // Said to the next statement, or before it.
  if ([connection?.lost, cause].some((error) => sqlStateOf(error) === sqlState.idleInTransaction))
    return new ItemIdleError(idleInTransactionMs, { cause: thrown });
  const state = sqlStateOf(cause);
  if (state !== null && /^40(?!003)/.test(state)) return new ItemConflictError(state, cause);
  if (thrown instanceof StoreOutageError || thrown instanceof StoreFaultError) return thrown;
  if (connection === null || !isLostUnder(connection, cause)) return null;
  return new StoreOutageError(
    `The connection to Postgres was lost under an item, of which nothing is kept: ${wordsOf(thrown)}`,
    { cause: thrown },
  );
}

/** Whether a statement of the item's own failed since the connection went away, and not by anything that it says. */
function isLostUnder({ lost }: MaybeLost, error: unknown): boolean {
  // 57P01 and its like are the server's last words to whoever asks; the connection's end comes after them.
  if (lost !== null || /^(08(?!P01)|57P)/.test(sqlStateOf(error) ?? '')) return true;
  // pg's words where a `query_timeout` of the pool's own is up: nothing that the server said.
  return error instanceof Error && error.message === 'Query read timeout';
}
