/** How long each thing may take in the postgres store, in milliseconds. */
export interface PostgresLimits {
  /** The longest that an item's transaction may do nothing between two statements, before the server ends it. */
  readonly idleInTransactionMs: number;
  /** The longest that taking over waits for an earlier attempt's open transaction. */
  readonly lockMs: number;
  /** The longest that a statement of the store's own may take. */
  readonly answerMs: number;
  /** The longest that a statement of the item's own may take, other transactions' locks included; `Infinity`: for ever. */
  readonly statementMs: number;
}

/** The limits of a store, those that are not given by their defaults. */
export function limitsOf({
  idleInTransactionMs = 10_000,
  lockMs = idleInTransactionMs + 5_000,
  answerMs = 30_000,
  statementMs = 60_000,
}: { readonly [Limit in keyof PostgresLimits]?: PostgresLimits[Limit] | undefined }): PostgresLimits {
  return { idleInTransactionMs, lockMs, answerMs, statementMs };
}
