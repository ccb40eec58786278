/**
 * The next item's transaction, begun along with the commit of the one before: one way to the server less where items follow at once.
 *
 * N1  It is there for an item that speaks in the turn of the event loop in which the one before ended, and soon. Whoever waits for
 *     anything first, or computes for long, gets one of its own: what comes before the first statement sits in no open transaction (X1).
 * N2  It is begun only where the item before was followed so, and neither begun nor used while anybody waits for a connection.
 * N3  It says nothing that its use doesn't: where it failed, or the fence was lost, the item begins anew and finds out.
 * N4  Only under read committed, where each statement sees what is committed by then: under any other level the item would not see
 *     what was committed between its transaction's begin and its own.
 */
import type { PostgresConnection, PostgresPool } from './postgres-connection.js';

export interface BegunTransaction {
  readonly connection: PostgresConnection;
  /** Whether it holds the fence. */
  readonly holds: Promise<boolean>;
}

/** How long it may stand open for an item that has begun and not spoken, in milliseconds. */
const longestWaitMs = 250;

export class NextTransaction {
  readonly #pool: Pick<PostgresPool, 'waitingCount'>;
  readonly #allowed: boolean;
  #begun: BegunTransaction | null = null;
  #turn: NodeJS.Immediate | null = null;
  #beganMs = 0;
  #followsAtOnce = false;

  /** @param isolation of the items' transactions, as Postgres calls it */
  constructor({ pool, isolation }: { readonly pool: PostgresPool; readonly isolation: string }) {
    this.#pool = pool;
    this.#allowed = isolation === 'read committed';
  }

  /** Whether the next item's transaction is to be begun along with the commit. */
  get isWanted(): boolean {
    return this.#allowed && this.#followsAtOnce && this.#pool.waitingCount === 0;
  }

  /** An item has been committed. @param begun what was begun along with that */
  itemEnded(begun: BegunTransaction | null): void {
    this.#begun = begun;
    this.#beganMs = performance.now();
    this.#turn = setImmediate(() => {
      this.#turn = null;
      void this.#giveUp();
    });
  }

  /** For an item's first statement. @returns a connection in a transaction that holds the fence; null: begin one */
  async claim(): Promise<PostgresConnection | null> {
    this.#followsAtOnce = this.#turn !== null && performance.now() - this.#beganMs < longestWaitMs;
    if (!this.#followsAtOnce || this.#pool.waitingCount !== 0) {
      await this.#giveUp();
      return null;
    }
    const begun = this.#take();
    if (begun === null) return null;
    if ((await begun.holds) && begun.connection.isInHand) return begun.connection;
    await begun.connection.rollBack();
    return null;
  }

  /** Ends what nobody claimed; whoever waits for the row's lock, or for a connection, gets it then. */
  async #giveUp(): Promise<void> {
    const begun = this.#take();
    if (begun === null) return;
    this.#followsAtOnce = false;
    await begun.connection.rollBack();
  }

  #take(): BegunTransaction | null {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    const begun = this.#begun;
    this.#begun = null;
    return begun;
  }
}
