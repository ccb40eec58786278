/**
 * The same as importRows, for a run that is to fail at the first row that it can't import: then none of the rows is.
 *
 * S1  It names the first such row, and nothing of the transaction that the rows are in has happened.
 * S2  A row whose very order is there already stops nobody: it is rejected as ever, for nothing is missing.
 */
import type { Pool } from 'pg';
import { importRows, type RowsToImport, type RowVerdict } from './import-rows.js';
import { inTransaction } from './in-transaction.js';
import type { Queryable } from './queryable.js';

/** A row that fails its run. */
export class RowRejectedError extends Error {
  override readonly name = 'RowRejectedError';

  constructor(
    file: string,
    readonly line: number,
    reason: string,
    { first, last }: { readonly first: number; readonly last: number },
  ) {
    const lines = first === last ? `line ${first} was not` : `of lines ${first} to ${last} nothing was`;
    super(
      `${file}, line ${line}: ${reason}. The run stops at such a row, and ${lines} imported. Correct the file and import it in a new run, which passes over the orders that are there already; or import it with --on-error skip.`,
    );
  }
}

/** A worker that was frozen in between must not hold the rows for longer. */
const idleLimitMs = 10_000;

/**
 * @param transaction the caller's, which rolls back when this throws; null: one of its own
 * @throws RowRejectedError, and as importRows
 */
export function importRowsOrNone(
  {
    pool,
    transaction,
    file,
  }: { readonly pool: Pool; readonly transaction: Queryable | null; readonly file: string },
  work: RowsToImport,
): Promise<RowVerdict[]> {
  const all = async (database: Queryable): Promise<RowVerdict[]> => {
    const verdicts = await importRows(database, work);
    assertNoneMissing(file, verdicts);
    return verdicts;
  };
  if (transaction !== null) return all(transaction);
  return inTransaction(pool, async (client) => {
    await client.query(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, [
      String(idleLimitMs),
    ]);
    return all(client);
  });
}

function assertNoneMissing(file: string, verdicts: readonly RowVerdict[]): void {
  for (const verdict of verdicts) {
    // One that was rejected before was let pass then.
    if (verdict.outcome !== 'rejected' || verdict.isThere || verdict.revisited) continue;
    const lines = { first: verdicts[0]?.line ?? verdict.line, last: verdicts.at(-1)?.line ?? verdict.line };
    throw new RowRejectedError(file, verdict.line, verdict.reason, lines);
  }
}
