/**
 * The table of the postgres store.
 *
 * `checkpoint` is json and not jsonb: its text comes back as it was written, numbers and the order of keys too. No index but
 * the key, and half of each page left free: the row of a run that changes with each item stays on its page (a HOT update),
 * and what it leaves there is cleaned up on the way.
 */
import { type PostgresPool, withConnection } from './postgres-connection.js';

export interface CheckpointsTable {
  /** `name` or `schema.name`; default `leftoff_checkpoints`. */
  readonly table?: string;
}

/** The longest that another process may take to create it. */
const createLimitMs = 60_000;

/** The statement that makes the table, for migrations of your own. May run again where the table exists. */
export function checkpointsTableSql({ table }: CheckpointsTable = {}): string {
  return `CREATE TABLE IF NOT EXISTS ${quoteTable(table)} (
  workflow_id text NOT NULL,
  chain text NOT NULL,
  name text NOT NULL,
  generation bigint NOT NULL,
  attempt bigint NOT NULL,
  sequence bigint NOT NULL,
  checkpoint json,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workflow_id, chain, name)
) WITH (fillfactor = 50)`;
}

/**
 * Creates the table where it isn't there yet, and asks for no right to where it is. Two processes may do so at once: IF NOT
 * EXISTS alone would let one of them fail on the system catalog's own unique index.
 *
 * @throws StoreOutageError; what the server says, where the table isn't there and its user may not create it
 */
export async function createCheckpointsTable(
  pool: PostgresPool,
  { table }: CheckpointsTable = {},
): Promise<void> {
  const quoted = quoteTable(table);
  await withConnection(pool, createLimitMs, async (connection) => {
    const isThere = { text: 'SELECT WHERE to_regclass($1) IS NOT NULL', values: [quoted] };
    if ((await connection.run(isThere)).rowCount === 1) return;
    await connection.run({ text: 'BEGIN' });
    const [name, schema = null] = partsOf(table).reverse();
    // By what the name comes to, so that whoever writes its schema out waits for whoever doesn't.
    await connection.run({
      text: `SELECT pg_advisory_xact_lock(hashtextextended(
        format('leftoff: create %I.%I', coalesce($1, current_schema()), $2::text), 0))`,
      values: [schema, name],
    });
    await connection.run({ text: checkpointsTableSql(table === undefined ? {} : { table }) });
    await connection.run({ text: 'COMMIT' });
  });
}

/** The table's name as it stands in statements. */
export function quoteTable(table?: string): string {
  return partsOf(table)
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

function partsOf(table = 'leftoff_checkpoints'): string[] {
  return table.split('.');
}
