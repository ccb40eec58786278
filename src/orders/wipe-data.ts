import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';
import { noteExchange } from './orders-exchanged.js';

/**
 * Empties the orders, the ledger, the reports, what imports left and the stored checkpoints; the schema stays, and the marks of
 * ended runs: a worker that was frozen in one of them may wake up in what comes next.
 */
export async function wipeData(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    // Checkpoints first, as by a run whose cursor commits with its items: the two never deadlock.
    await client.query('TRUNCATE leftoff_checkpoints, orders, charges, reports RESTART IDENTITY');
    // Their numbers go on: a worker that slept through this must not find its own given to another import.
    await client.query('TRUNCATE imports, import_rejects CONTINUE IDENTITY');
    await noteExchange(client, 'replaced');
  });
}
