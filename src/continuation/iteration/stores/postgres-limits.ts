/** How long each thing may take in the postgres store, in milliseconds. */
export interface PostgresLimits {
  /** The longest that an item's transaction may do nothing between two statements, before the server ends it. */
  readonly idleInTransactionMs: number;
  /** The longest that taking over waits for an earlier attempt's open transaction. */
  readonly lockMs: number;
  /** The longest that a statement of the store's own may take. */
  readonly answerMs: number;
}
