import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';

/** Empties the orders and the ledger; the schema stays. */
export async function wipeData(pool: Pool): Promise<void> {
  await inTransaction(pool, (client) => client.query('TRUNCATE orders, charges RESTART IDENTITY'));
}
