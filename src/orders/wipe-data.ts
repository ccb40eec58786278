import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';

/** Empties the orders, the ledger, the reports, what imports left, the stored checkpoints and the marks of ended runs; the schema stays. */
export async function wipeData(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('TRUNCATE orders, charges, reports, ended_runs, leftoff_checkpoints RESTART IDENTITY');
    // Their numbers go on: a worker that slept through this must not find its own given to another import.
    await client.query('TRUNCATE imports, import_rejects CONTINUE IDENTITY');
  });
}
