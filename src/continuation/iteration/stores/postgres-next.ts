/**
 * The next item's transaction, begun along with the commit of the one before: one way to the server less where items follow at once.
 *
 * N1  It is there for an item that speaks in the turn of the event loop in which the one before ended. Whoever waits for anything
 *     first gets one of its own: what the work does before its first statement sits in no open transaction (X1).
 * N2  It is begun only where the item before was followed so, and nobody waits for a connection.
 * N3  It says nothing that its use doesn't: where it failed, or the fence was lost, the item begins anew and finds out.
 */
import type { PostgresConnection } from './postgres-connection.js';

export interface BegunTransaction {
  readonly connection: PostgresConnection;
  /** Whether it holds the fence. */
  readonly holds: Promise<boolean>;
}

export class NextTransaction {
  #begun: BegunTransaction | null = null;
  #turn: NodeJS.Immediate | null = null;
  #followsAtOnce = false;
  #givenUp: Promise<unknown> = Promise.resolve();

  /** Whether the last item was asked for in the turn in which the one before it ended. */
  get isWanted(): boolean {
    return this.#followsAtOnce;
  }

  /** An item has been committed. @param begun what was begun along with that */
  itemEnded(begun: BegunTransaction | null): void {
    this.#begun = begun;
    this.#turn = setImmediate(() => {
      this.#turn = null;
      this.giveUp();
    });
  }

  /** For an item's first statement. @returns a connection in a transaction that holds the fence; null: begin one */
  async claim(): Promise<PostgresConnection | null> {
    this.#followsAtOnce = this.#turn !== null;
    const begun = this.#take();
    if (begun === null) return null;
    if ((await begun.holds) && begun.connection.isInHand) return begun.connection;
    await begun.connection.rollBack();
    return null;
  }

  /** Ends what nobody claimed; whoever waits for the row's lock gets it then. */
  giveUp(): void {
    const begun = this.#take();
    if (begun === null) return;
    this.#followsAtOnce = false;
    this.#givenUp = begun.connection.rollBack();
  }

  /** Gives up, and waits until the connection is back with its pool. */
  async close(): Promise<void> {
    this.giveUp();
    await this.#givenUp;
  }

  #take(): BegunTransaction | null {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    const begun = this.#begun;
    this.#begun = null;
    return begun;
  }
}
