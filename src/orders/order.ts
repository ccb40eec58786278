/**
 * What the other parts of Leftoff know of an order, a visit and a selection. Types only.
 */

/** One order as a run reads it. Money is integer cents. */
export type Order = {
  readonly orderId: number;
  readonly customerId: number;
  /** `YYYY-MM-DD`: a date has no time zone, so it never becomes a `Date`. */
  readonly orderedOn: string;
  readonly units: number;
  readonly totalCents: number;
};

/** An order as a run meets it. */
export type SelectedOrder = Order & {
  /** This run did it before: meeting it again needs no work, and has no second effect. */
  readonly done: boolean;
};

/**
 * What a run works on, fixed at its start: the orders up to `upTo` that were pending then. It is not filtered by
 * what processing changes, or a revisit could never be seen.
 */
export type Selection = {
  /** The highest order id at the start; 0 when there are no orders. */
  readonly upTo: number;
  /** How many orders up to there are pending, or were touched by this run already. */
  readonly total: number;
};

/** What became of one order when a run met it. */
export type Visit = {
  readonly orderId: number;
  /** What the table says after the visit, whichever visit decided it. */
  readonly outcome: 'processed' | 'failed';
  /** This run had met the order before: this visit had no second effect. */
  readonly revisited: boolean;
  /** What this visit appended to the ledger, in cents: 0 for a revisit and for a failed order. */
  readonly chargedCents: number;
  /** Why it failed; null when processed. */
  readonly reason: string | null;
};

/** The orders of one call, and the run that meets them. */
export type OrdersToCharge = {
  readonly runId: string;
  readonly orderIds: readonly number[];
};
