import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';

/** Empties the orders, the ledger, the reports, the stored checkpoints and the marks of ended runs; the schema stays. */
export async function wipeData(pool: Pool): Promise<void> {
  await inTransaction(pool, (client) =>
    client.query('TRUNCATE orders, charges, reports, ended_runs, leftoff_checkpoints RESTART IDENTITY'),
  );
}
