/**
 * What an item's work gets to speak through: one transaction, of this item alone.
 *
 * X1  It is begun by the first statement: what the work waits for before that sits in no open transaction.
 * X2  It refuses to be ended or split by the work, and everything once the work has ended. Where it was ended all the same,
 *     the driver tells, and the run fails.
 * X3  Statements that nobody awaited are waited for; one that failed ends the item with an error, whoever caught it. What
 *     is no item's fault stays that, whatever the work throws instead.
 * X4  Statements run one after another, also those of a Promise.all: a connection takes one at a time.
 */
import { StoreFaultError, StoreOutageError, type Transaction } from './checkpoint-store.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Answer, PostgresConnection, Statement } from './postgres-connection.js';
import {
  StatementFailedError,
  StatementRefusedError,
  TransactionEndedError,
  TransactionEscapedError,
} from './postgres-errors.js';
import type { PostgresLimits } from './postgres-limits.js';
import { refuseStatement } from './refuse-statement.js';
import { faultOf } from './sql-states.js';

interface ItemTransactionOptions {
  /** Begins the transaction and takes the fence. @throws FenceLostError, StoreOutageError */
  readonly begin: () => Promise<PostgresConnection>;
  readonly limits: PostgresLimits;
  /** Told of a statement that came too late for its item. */
  readonly onLate: (text: string) => void;
}

export class ItemTransaction implements Transaction {
  readonly #options: ItemTransactionOptions;
  #connection: PostgresConnection | null = null;
  readonly #statements = new OneAtATime();
  #failure: { readonly error: unknown; readonly ours: boolean } | null = null;
  #ended = false;

  constructor(options: ItemTransactionOptions) {
    this.#options = options;
  }

  /** Null where the work had no statement to run. */
  get connection(): PostgresConnection | null {
    return this.#connection;
  }

  query<Row extends object = Record<string, unknown>>(
    statement:
      | string
      | { readonly text: string; readonly values?: readonly unknown[]; readonly name?: string },
    values?: readonly unknown[],
  ): Promise<Answer<Row>> {
    const given = typeof statement === 'string' ? { text: statement } : statement;
    if (this.#ended) {
      const refused = this.#refuseLate<Row>(given.text);
      // It may be that nobody awaits it.
      refused.catch(() => undefined);
      return refused;
    }
    // The failure of a statement that nobody awaits is the item's, and doesn't end the process.
    return this.#statements.do(() => this.#run<Row>({ ...given, values: given.values ?? values }));
  }

  /** What a statement failed with that says nothing of the item, whatever its work made of it; null: nothing did. */
  get fault(): StoreFaultError | StoreOutageError | null {
    const error = this.#failure?.error;
    return error instanceof StoreFaultError || error instanceof StoreOutageError ? error : null;
  }

  /** No statement is taken any more; waits for those under way. @throws what one of them failed with */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#statements.over;
    this.assertWhole();
  }

  /** @throws what a statement failed with: then nothing of the item may be kept */
  assertWhole(): void {
    if (this.#failure === null) return;
    throw this.#failure.ours ? this.#failure.error : new StatementFailedError(this.#failure.error);
  }

  async #run<Row extends object>(given: {
    readonly text: string;
    readonly values?: readonly unknown[] | undefined;
    readonly name?: string;
  }): Promise<Answer<Row>> {
    if (this.#failure !== null) throw new StatementFailedError(this.#failure.error);
    let ours = true;
    try {
      const statement = checkStatement(given);
      this.#connection ??= await this.#options.begin();
      ours = false;
      const { statementMs } = this.#options.limits;
      const answer = await this.#connection.query<Row>(statement, statementMs, ' (statementMs)');
      if (!this.#connection.isInTransaction) throw escapedBy(given.text, this.#connection);
      return answer;
    } catch (thrown) {
      const fault = faultOf(this.#connection, thrown, this.#options.limits);
      const error = fault ?? thrown;
      this.#failure ??= { error, ours: ours || fault !== null };
      throw error;
    }
  }

  /** Where the item isn't committed yet, it must not be without what came too late. */
  #refuseLate<Row>(text: string): Promise<Answer<Row>> {
    const error = new TransactionEndedError();
    this.#failure ??= { error, ours: true };
    this.#options.onLate(text);
    return Promise.reject(error);
  }
}

function escapedBy(text: string, connection: PostgresConnection): TransactionEscapedError {
  const escaped = new TransactionEscapedError(`'${text.slice(0, 200)}' was run.`);
  connection.discard(escaped);
  return escaped;
}

function checkStatement(given: {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  readonly name?: string;
}): Statement {
  if (typeof given.text !== 'string')
    throw new StatementRefusedError('A statement is a text, or an object with one.');
  refuseStatement(given.text);
  return {
    text: given.text,
    values: [...(given.values ?? [])],
    ...(given.name === undefined ? {} : { name: given.name }),
    queryMode: 'extended',
  };
}
