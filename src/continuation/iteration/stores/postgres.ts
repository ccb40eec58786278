/**
 * The postgres store: the fence. The checkpoint's row is compared and moved in the transaction of the item's own effect.
 *
 * G1  Nothing is met twice: effect and checkpoint commit together, or neither does.
 * G2  A zombie is refused, whenever it wakes: between items by its epoch; inside one, since the server ends a transaction
 *     that does nothing for `idleInTransactionMs`, and with it what it had done.
 * G3  An attempt that takes over waits for such a transaction for `lockMs`, and is then tried again. Not covered: a zombie
 *     that is frozen while the server is sending it a large result. Such a transaction isn't idle, so that limit doesn't
 *     run, and taking over waits until the connection ends. The server's own tcp_user_timeout and tcp_keepalives_* bound
 *     that for a client that is gone; one that is frozen, and whose system still answers, only tcp_user_timeout.
 * G4  An outage is thrown (StoreOutageError): without the fence there is nothing to go on with.
 *
 * Works through pg and, in transaction mode, through PgBouncer: no session settings, and no named statements of its own unless
 * `prepared` asks for them. The pool needs an `error` listener, as pg says of every pool. Effects run at the isolation level that the database defaults
 * to; what an item sets for itself (SET LOCAL) may not outlast it, nor stand in the store's way: a role is set back by SET
 * LOCAL ROLE NONE before the item ends. Under synchronous_commit = off a crash of the server may forget items, each with its effect.
 */
import type { CheckpointKey, CheckpointStore, Epoch, Transaction } from './checkpoint-store.js';
import { FenceLostError } from './checkpoint-store.js';
import {
  listenFromTheStart,
  type PostgresConnection,
  type PostgresPool,
  withConnection,
} from './postgres-connection.js';
import { CheckpointHeldError } from './postgres-errors.js';
import { limitsOf, type PostgresLimits } from './postgres-limits.js';
import { PostgresSession } from './postgres-session.js';
import { statementsOn } from './postgres-statements.js';
import { type CheckpointsTable, quoteTable } from './postgres-table.js';
import { sqlState, sqlStateOf, unlessTableUnusable } from './sql-states.js';

export interface PostgresStoreOptions extends CheckpointsTable, Partial<PostgresLimits> {
  /** A `pg` Pool, to the database that the effects go to. It stays yours. */
  readonly pool: PostgresPool;
  /** `elsewhere`: items are meant to run nothing in their transaction; default: an attempt whose items don't is told so. */
  readonly effects?: 'in the transaction' | 'elsewhere';
  /**
   * Whether the two statements of each item are prepared, once a connection: less work for the server with each item. Not through a
   * PgBouncer in transaction mode that doesn't track them (before 1.21, or with `max_prepared_statements` 0). Default: no.
   */
  readonly prepared?: boolean;
}

/**
 * Checkpoints in a table of the database that the effects go to; make it with `createCheckpointsTable`. The pool needs a
 * listener for `error` of yours, or a connection that breaks while it is idle ends the process.
 *
 * Limits in milliseconds: `idleInTransactionMs` 10,000 (an item's own pauses between its statements must be shorter),
 * `lockMs` `idleInTransactionMs` + 5,000, `answerMs` 30,000, `statementMs` 60,000 (an item's own statement that takes longer
 * is an outage: its connection is given up, and it is tried again; `Infinity` for a job whose statements may take any time).
 */
export function postgresStore(options: PostgresStoreOptions): CheckpointStore<Transaction> {
  const { pool, effects = 'in the transaction', prepared = false } = options;
  listenFromTheStart(pool);
  const limits = limitsOf(options);
  const { lockMs, answerMs } = limits;
  const quoted = quoteTable(options.table);
  const statements = statementsOn(quoted, { prepared });
  const use = async <Result>(work: (connection: PostgresConnection) => Promise<Result>): Promise<Result> => {
    try {
      return await withConnection(pool, answerMs, work);
    } catch (error) {
      throw unlessTableUnusable(error, quoted);
    }
  };
  const ownerOf = async (connection: PostgresConnection, key: CheckpointKey): Promise<Epoch | undefined> => {
    const { rows } = await connection.run<{ generation: string; attempt: string }>(statements.owner(key));
    return rows.map((row) => ({ generation: Number(row.generation), attempt: Number(row.attempt) }))[0];
  };
  return {
    name: 'postgres',
    keepsEachItem: true,
    fences: true,
    open: ({ key, epoch, warn, hears }) =>
      use(async (connection) => {
        await connection.run(statements.beginClaim(limits));
        const { rows } = await connection
          .run<{ sequence: string; checkpoint: string | null; qualified: string; isolation: string }>(
            statements.claim(key, epoch),
            lockMs,
          )
          .catch((error: Error) => {
            throw sqlStateOf(error.cause) === sqlState.lockNotAvailable
              ? new CheckpointHeldError(key.name, lockMs, { cause: error.cause })
              : error;
          });
        const [row] = rows;
        if (row === undefined) throw new FenceLostError(key, epoch, await ownerOf(connection, key));
        await connection.run({ text: 'COMMIT' });
        return new PostgresSession({
          ...{ pool, limits, effects, key, epoch, warn, ...(hears === undefined ? {} : { hears }) },
          statements: statementsOn(row.qualified, { prepared }),
          isolation: row.isolation,
          stored: row.checkpoint === null ? null : JSON.parse(row.checkpoint),
          sequence: Number(row.sequence),
        });
      }),
    read: (workflowId) =>
      use(async (connection) => {
        const { rows } = await connection.run<{
          chain: string;
          name: string;
          generation: string;
          attempt: string;
          checkpoint: string;
          at_ms: number;
        }>(statements.read(workflowId));
        return rows.map(({ chain, name, generation, attempt, checkpoint, at_ms }) => ({
          key: { workflowId, chain, name },
          epoch: { generation: Number(generation), attempt: Number(attempt) },
          checkpoint: JSON.parse(checkpoint),
          at: new Date(at_ms),
        }));
      }),
    retire: (key, epoch) =>
      use(async (connection) => {
        await connection.run(statements.retire(key, epoch));
        await connection.run(statements.forgetRetired());
      }),
    clear: (run) => use(async (connection) => void (await connection.run(statements.clear(run)))),
  };
}
