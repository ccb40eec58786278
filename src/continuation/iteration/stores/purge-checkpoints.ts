/** Removes what was left in the postgres store: nothing there expires by itself. */
import { type PostgresPool, withConnection } from './postgres-connection.js';
import { type CheckpointsTable, quoteTable } from './postgres-table.js';
import { unlessTableUnusable } from './sql-states.js';

/** It reads the whole table, for that has no index by time: each item would pay for one. */
const purgeLimitMs = 600_000;

/**
 * Removes the checkpoints that were not written for `olderThanMs` milliseconds, of whatever run: those of runs that failed,
 * were terminated, or whose end could not clear them, and of what has ended the rows that refuse whoever slept through that.
 * Choose more than a week, and more than any run stands still for (an outage, a pause, a throttle) or waits to be started again
 * after a failure: an attempt that is under way over a removed row is refused (FenceLostError), and an iteration or a step whose
 * place was in it fails with a CheckpointMissingError.
 *
 * @returns how many were removed
 * @throws RangeError where that is no number of milliseconds from 0 up; StoreOutageError; StoreUnusableError
 */
export async function purgeCheckpoints(
  pool: PostgresPool,
  { olderThanMs, table }: CheckpointsTable & { readonly olderThanMs: number },
): Promise<number> {
  if (!Number.isFinite(olderThanMs) || olderThanMs < 0)
    throw new RangeError(`olderThanMs is ${olderThanMs}; it must be a number of milliseconds from 0 up.`);
  const quoted = quoteTable(table);
  try {
    return await withConnection(pool, purgeLimitMs, async (connection) => {
      const { rowCount } = await connection.run({
        text: `DELETE FROM ${quoted} WHERE updated_at < now() - $1::float8 * interval '1 millisecond'`,
        values: [olderThanMs],
      });
      return rowCount ?? 0;
    });
  } catch (error) {
    throw unlessTableUnusable(error, quoted);
  }
}
