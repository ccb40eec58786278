/**
 * One connection of the user's pool, for as long as it is needed.
 *
 * C1  It always goes back: whole ones to be used again, broken ones to be thrown away, and those at once: whoever has one
 *     in hand for long must not keep others from a new one.
 * C2  A server that goes away never crashes the process: pg tells of it by an event that ends a process which doesn't listen. It may
 *     come in the packet that opens the connection, before whoever is given it in a promise can listen: hence `listenFromTheStart`.
 * C3  Statements are bounded by our own clock: a frozen server, or a line that is cut, keeps to none.
 */
import { StoreOutageError } from './checkpoint-store.js';
import { isOutageState } from './sql-states.js';
import { withinLimit } from './within-limit.js';

export interface Statement {
  readonly text: string;
  readonly values?: unknown[];
  readonly name?: string;
  /** One statement, also where there are no values: the server then refuses a text with two. */
  readonly queryMode?: 'extended';
}

export interface Answer<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  /** What was done: a COMMIT of what can't be committed answers ROLLBACK. */
  readonly command?: string;
}

/** What the store uses of a pool: `pg`'s, of any version 8. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  /** Told of each new connection before it is given to anybody. */
  on?(event: 'connect', listener: (client: PostgresClient) => void): unknown;
  /** How many wait for a connection. */
  readonly waitingCount?: number;
}

export interface PostgresClient {
  // biome-ignore lint/suspicious/noExplicitAny: pg's own constraint on rows, which any type of a row fits
  query<Row extends { [column: string]: any }>(statement: Statement): Promise<Answer<Row>>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  release(destroy?: boolean): void;
  /** `T` inside a transaction, `E` in a failed one, `I` outside of one. From pg 8.22. */
  getTransactionStatus?(): string | null;
  /** Whether it sends a statement before the one before is answered: `new Pool({ pipeline: true })`, from pg 8.22. */
  readonly pipeline?: boolean;
  /** Its line to the server: what is written while it is corked leaves in one packet. */
  readonly connection?: { readonly stream?: { cork?(): void; uncork?(): void; destroy?(): void } };
}

const listenedTo = new WeakSet<PostgresPool>();

/** Once a pool (C2); what an error means is found out by the statements that it fails. */
export function listenFromTheStart(pool: PostgresPool): void {
  if (listenedTo.has(pool)) return;
  listenedTo.add(pool);
  pool.on?.('connect', (client) => client.on('error', () => undefined));
}

export class PostgresConnection {
  readonly #client: PostgresClient;
  readonly #answerMs: number;
  #lost: Error | null = null;
  #released = false;
  readonly #onError = (error: Error): void => this.discard(error);

  private constructor(client: PostgresClient, answerMs: number) {
    this.#client = client;
    this.#answerMs = answerMs;
    client.on('error', this.#onError);
  }

  /** @throws StoreOutageError where the pool has none to give in time */
  static async take(pool: PostgresPool, answerMs: number): Promise<PostgresConnection> {
    const client = pool.connect();
    try {
      return new PostgresConnection(
        await withinLimit(
          client,
          answerMs,
          () => new Error(`The pool gave no connection in ${answerMs} ms.`),
        ),
        answerMs,
      );
    } catch (error) {
      // One that comes late must not be missing in the pool.
      void client.then(
        (late) => late.release(),
        () => undefined,
      );
      throw asOutage(error);
    }
  }

  /** Why the connection is gone, once it is; the server's last words where it had some. */
  get lost(): Error | null {
    return this.#lost;
  }

  /** Whether it is whole, and wasn't given back. */
  get isInHand(): boolean {
    return this.#lost === null && !this.#released;
  }

  /** Whether the transaction that was begun on it is still there; a driver that can't say so is believed. */
  get isInTransaction(): boolean {
    const status = this.#client.getTransactionStatus?.() ?? 'T';
    return status !== 'I';
  }

  /** Whether statements may be sent one behind the other, and their answers waited for together. */
  get pipelines(): boolean {
    return this.#client.pipeline === true;
  }

  /**
   * A statement of the store's own.
   *
   * @param waitMs how long it may wait for others' locks on top
   * @throws StoreOutageError; else what the server says
   */
  run<Row extends object>(statement: Statement, waitMs = 0): Promise<Answer<Row>> {
    return this.#query<Row>(statement, this.#answerMs + waitMs, '', (error) => {
      const cause = this.#lost ?? error;
      return isOutageState(cause) ? asOutage(cause) : cause;
    });
  }

  /**
   * A statement of the user's. When its time is up, the connection is lost.
   *
   * @param limit what the time is called where it is set
   * @throws what it throws
   */
  query<Row extends object>(statement: Statement, limitMs: number, limit = ''): Promise<Answer<Row>> {
    return this.#query<Row>(statement, limitMs, limit);
  }

  #query<Row extends object>(
    statement: Statement,
    limitMs: number,
    limit: string,
    asThrown?: (error: unknown) => unknown,
  ): Promise<Answer<Row>> {
    const answer =
      this.#lost === null ? this.#client.query<Row>(statement) : Promise.reject<Answer<Row>>(this.#lost);
    const atLimit = () => {
      const silent = new Error(`Postgres said nothing for ${limitMs} ms${limit}.`);
      this.discard(silent);
      return silent;
    };
    return withinLimit(answer, limitMs, atLimit, asThrown);
  }

  /**
   * Does one thing after the other, in one go where the driver pipelines: then the second is begun whatever becomes of the first,
   * and both are over when this returns.
   *
   * @returns what the second comes to. @throws what the first does, then what the second does
   */
  async inOneGo<T>(first: () => Promise<unknown>, second: () => Promise<T>): Promise<T> {
    if (!this.pipelines) {
      await first();
      return second();
    }
    const stream = this.#client.connection?.stream;
    stream?.cork?.();
    let before: Promise<unknown>;
    let after: Promise<T>;
    try {
      before = first();
      after = second();
    } finally {
      stream?.uncork?.();
    }
    const over = after.catch(() => undefined);
    try {
      await before;
    } catch (error) {
      await over;
      throw error;
    }
    return after;
  }

  /** Ends a transaction whose work is not to be kept, and gives the connection back, unless that was done. */
  async rollBack(): Promise<void> {
    if (this.isInHand) {
      await this.run({ text: 'ROLLBACK' }).catch((error: Error) => this.discard(error));
    }
    this.release();
  }

  /** Gives it back, once, to be used again where it is whole. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    const broken = this.#lost !== null;
    // A broken one is nobody's any more, and may still say more of its end than pg's pool hears (C2).
    if (!broken) this.#client.removeListener('error', this.#onError);
    this.#client.release(broken);
  }

  /** It is gone, or nobody knows what state it is in: it isn't to be used again. */
  discard(reason: Error): void {
    this.#lost ??= reason;
    this.release();
    // One that pipelines is left by pg only once it has all its answers: those of a frozen server never come.
    if (this.pipelines) this.#client.connection?.stream?.destroy?.();
  }
}

/** Does something on a connection of its own; where that fails, inside a transaction too, nothing of it is kept. */
export async function withConnection<Result>(
  pool: PostgresPool,
  answerMs: number,
  work: (connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await PostgresConnection.take(pool, answerMs);
  let result: Result;
  try {
    result = await work(connection);
  } catch (error) {
    await connection.rollBack();
    throw error;
  }
  connection.release();
  return result;
}

function asOutage(cause: unknown): StoreOutageError {
  if (cause instanceof StoreOutageError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new StoreOutageError(`Postgres can't keep the checkpoint just now: ${words}`, { cause });
}
