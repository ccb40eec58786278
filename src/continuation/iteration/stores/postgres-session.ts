/**
 * One attempt's use of the postgres store: the fence.
 *
 * F1  An item's transaction first locks the checkpoint's row under (generation, attempt, sequence); only if that is there
 *     does it let the effect through. Otherwise FenceLostError, and nothing has happened.
 * F2  Effect and checkpoint commit together, or neither does.
 * F3  A commit without an answer ends the session: what it knows may be out of date, and must not be written over.
 * F4  An attempt whose items run no statement in their transaction is told so, once: it has a fence, and nothing inside.
 */
import type { Checkpoint } from '../../checkpoint.js';
import {
  type CheckpointKey,
  type Epoch,
  FenceLostError,
  type StoreListener,
  StoreOutageError,
  type StoreSession,
  type Transaction,
} from './checkpoint-store.js';
import { OneAtATime } from './one-at-a-time.js';
import { type Answer, PostgresConnection, type PostgresPool, type Statement } from './postgres-connection.js';
import {
  CheckpointOrderError,
  CommitInDoubtError,
  StoreStatementError,
  TransactionEscapedError,
} from './postgres-errors.js';
import type { PostgresLimits } from './postgres-limits.js';
import { type BegunTransaction, NextTransaction } from './postgres-next.js';
import type { KnownRow, PostgresStatements } from './postgres-statements.js';
import { ItemTransaction } from './postgres-transaction.js';
import { faultOf, sqlState, sqlStateOf, surelyRolledBack } from './sql-states.js';

interface PostgresSessionOptions {
  readonly pool: PostgresPool;
  readonly statements: PostgresStatements;
  readonly limits: PostgresLimits;
  readonly effects: 'in the transaction' | 'elsewhere';
  readonly key: CheckpointKey;
  readonly epoch: Epoch;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
  readonly hears?: StoreListener;
  /** Of the items' transactions, as Postgres calls it. */
  readonly isolation: string;
  readonly stored: unknown;
  /** The sequence of what is stored; -1 for nothing. */
  readonly sequence: number;
}

export class PostgresSession implements StoreSession<Transaction> {
  readonly stored: unknown;
  readonly #options: PostgresSessionOptions;
  #sequence: number;
  /** Why nothing more may be done, once that is so. */
  #over: FenceLostError | CommitInDoubtError | TransactionEscapedError | null = null;
  readonly #turns = new OneAtATime();
  readonly #next: NextTransaction;
  /** Whether nothing was heard yet of where the items' effects go. */
  #wonders: boolean;
  #failedBefore = false;

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
    this.stored = options.stored;
    this.#sequence = options.sequence;
    this.#next = new NextTransaction(options);
    this.#wonders = options.effects === 'in the transaction';
  }

  item<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    checkpointAfter: (result: Result) => Checkpoint,
  ): Promise<Result> {
    return this.#inTurn(async () => {
      const transaction = new ItemTransaction({
        begin: () => this.#begin(),
        limits: this.#options.limits,
        onLate: (text) =>
          this.#options.warn('A statement came after its item had ended, and was not run', {
            ...this.#options.key,
            statement: text,
          }),
      });
      try {
        const result = await this.#work(transaction, work);
        const checkpoint = checkpointAfter(result);
        if (checkpoint.sequence <= this.#sequence)
          throw new CheckpointOrderError(checkpoint.sequence, this.#sequence);
        transaction.assertWhole();
        const beginsMs = performance.now();
        await this.#commit(transaction, checkpoint);
        this.#tellKept(beginsMs);
        this.#wonder(transaction);
        return result;
      } catch (error) {
        this.#failedBefore = true;
        if (error instanceof TransactionEscapedError) this.#over = error;
        await transaction.connection?.rollBack();
        throw error;
      }
    });
  }

  flush(checkpoint: Checkpoint): Promise<void> {
    return this.#inTurn(async () => {
      if (checkpoint.sequence < this.#sequence) return;
      const beginsMs = performance.now();
      await this.#moveAlone(checkpoint, 'of a flush');
      this.#tellKept(beginsMs);
    });
  }

  async close(): Promise<void> {
    await this.#turns.over;
  }

  /** Tells how long a checkpoint took: from the end of the item's work to the answer to its commit. */
  #tellKept(beginsMs: number): void {
    this.#options.hears?.kept((performance.now() - beginsMs) / 1_000);
  }

  /** The work, and every statement of it. @throws what it throws; where the fence was lost, that */
  async #work<Result>(
    transaction: ItemTransaction,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    let result: Result;
    try {
      result = await work({ query: (...given) => transaction.query(...given) });
    } catch (thrown) {
      await transaction.end().catch(() => undefined);
      throw this.#over ?? transaction.fault ?? thrown;
    }
    await transaction.end();
    return result;
  }

  /** Tells once where an item is done that ran no statement, and none before it did (F4). */
  #wonder({ connection }: ItemTransaction): void {
    // What comes after an item that failed may be its passing over, which has nothing to run.
    const says = connection !== null || !this.#failedBefore;
    this.#failedBefore = false;
    if (!this.#wonders || !says) return;
    this.#wonders = false;
    if (connection !== null) return;
    this.#options.warn(
      "An item ran no statement in its transaction: its effects do not commit with the cursor, and may be met again. If that is meant, say so: postgresStore({ effects: 'elsewhere' })",
      { ...this.#options.key },
    );
  }

  /** Begins an item's transaction and takes the fence (F1), unless that was done along with the last commit. */
  async #begin(): Promise<PostgresConnection> {
    const begun = await this.#next.claim();
    if (begun !== null) return begun;
    const { pool, limits } = this.#options;
    const connection = await PostgresConnection.take(pool, limits.answerMs);
    try {
      if (!(await this.#takeFence(connection, this.#sequence))) throw this.#fenceLost();
      return connection;
    } catch (error) {
      const fault = this.#faultOfOurs(connection, error);
      await connection.rollBack();
      throw fault;
    }
  }

  /** @param sequence of the row as it is to be found. @returns whether it was there */
  async #takeFence(connection: PostgresConnection, sequence: number): Promise<boolean> {
    const { statements, limits } = this.#options;
    const lock = statements.lock({ ...this.#known(), sequence }, limits);
    const { rowCount } = await connection.inOneGo(
      () => connection.run(statements.begin()),
      () => connection.run(lock),
    );
    return rowCount === 1;
  }

  /**
   * Moves the cursor and commits, in one go where the driver pipelines: a COMMIT after a move that failed commits nothing, and
   * `move` fails where it has nothing to move.
   */
  async #commit(transaction: ItemTransaction, checkpoint: Checkpoint): Promise<void> {
    const { connection } = transaction;
    if (connection === null) return this.#moveAlone(checkpoint, 'of an item');
    if (!connection.isInTransaction && connection.lost === null)
      throw new TransactionEscapedError('A transaction of an item was gone before its commit.');
    // Written out before anything is sent: what can't be must not have its COMMIT on the way.
    const statement = this.#options.statements.move(this.#known(), checkpoint);
    const move = () => this.#move(connection, statement);
    const goesOn = connection.pipelines && this.#next.isWanted;
    const end = async () => {
      // Only where it wasn't sent along, what came too late for the item can still stop it.
      transaction.assertWhole();
      const ended = this.#end(connection);
      const begun = goesOn ? this.#beginNext(connection, checkpoint.sequence) : null;
      await ended;
      return begun;
    };
    const begun = await connection.inOneGo(move, end).catch((error: unknown) => {
      throw this.#over instanceof CommitInDoubtError ? this.#over : error;
    });
    this.#sequence = checkpoint.sequence;
    if (begun === null) connection.release();
    this.#next.itemEnded(begun);
  }

  /** Where the commit comes to nothing, it holds nothing, and is rolled back with the item. */
  #beginNext(connection: PostgresConnection, sequence: number): BegunTransaction {
    return { connection, holds: this.#takeFence(connection, sequence).catch(() => false) };
  }

  /** @throws FenceLostError, StoreFaultError, StoreOutageError */
  async #move(connection: PostgresConnection, statement: Statement): Promise<void> {
    try {
      const { rowCount } = await connection.run(statement);
      if (rowCount !== 1) throw this.#rowGone(connection);
    } catch (error) {
      // The server took the lock: it was the item that made its transaction read-only, and no outage.
      const cause = error instanceof StoreOutageError ? error.cause : error;
      throw this.#faultOfOurs(connection, sqlStateOf(cause) === sqlState.readOnly ? cause : error);
    }
  }

  /** The row was locked: only the item itself can have taken it away. What is on its way to be committed can't be held up. */
  #rowGone({ pipelines }: PostgresConnection): FenceLostError | TransactionEscapedError {
    return pipelines
      ? new TransactionEscapedError('The item took its own checkpoint out of the table.')
      : this.#fenceLost();
  }

  async #end(connection: PostgresConnection): Promise<void> {
    const { command } = await this.#commits(connection, { text: 'COMMIT' }).catch((error: unknown) => {
      // What is left are the item's own constraints that were deferred to here.
      throw faultOf(connection, error, this.#options.limits) ?? error;
    });
    if (command === 'ROLLBACK') throw new TransactionEscapedError('The commit was answered by ROLLBACK.');
  }

  /** A checkpoint without an effect: one statement is a transaction of its own. */
  async #moveAlone(checkpoint: Checkpoint, whose: 'of an item' | 'of a flush'): Promise<void> {
    const { pool, statements, limits } = this.#options;
    const connection = await PostgresConnection.take(pool, limits.answerMs);
    const move = statements.move(this.#known(), checkpoint);
    try {
      const { rowCount } = await this.#commits(connection, move);
      if (rowCount !== 1) throw this.#fenceLost();
      this.#sequence = checkpoint.sequence;
    } catch (error) {
      const fault = this.#faultOfOurs(connection, error);
      throw whose === 'of an item' || fault instanceof FenceLostError ? fault : error;
    } finally {
      connection.release();
    }
  }

  /** Runs what commits. @throws CommitInDoubtError where it may have happened all the same (F3) */
  async #commits(connection: PostgresConnection, statement: Statement): Promise<Answer<object>> {
    if (connection.lost !== null)
      throw new StoreOutageError('The connection to Postgres was lost before the commit.', {
        cause: connection.lost,
      });
    try {
      return await connection.run(statement);
    } catch (error) {
      const cause = error instanceof StoreOutageError ? error.cause : error;
      if (surelyRolledBack(cause)) throw error;
      this.#over = new CommitInDoubtError(this.#options.key.name, { cause });
      connection.discard(this.#over);
      throw this.#over;
    }
  }

  /** What failed in a statement of the store's own inside an item is never that item's fault. */
  #faultOfOurs(connection: PostgresConnection, error: unknown): unknown {
    if (error instanceof FenceLostError) return error;
    if (sqlStateOf(error) === sqlState.notAsKnown) return this.#fenceLost();
    return faultOf(connection, error, this.#options.limits) ?? new StoreStatementError(error);
  }

  #known(): KnownRow {
    const { key, epoch } = this.#options;
    return { key, epoch, sequence: this.#sequence };
  }

  #fenceLost(): FenceLostError {
    const lost = new FenceLostError(this.#options.key, this.#options.epoch);
    this.#over = lost;
    return lost;
  }

  /** One after another: items and flushes share what this session knows to be stored. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    return this.#turns.do(async () => {
      if (this.#over !== null) throw this.#over;
      return act();
    });
  }
}
