/**
 * One transaction on one connection of the pool: all of it, or nothing.
 *
 * T1  Whatever `work` throws is rolled back and thrown on.
 * T2  A connection lost on the way is thrown as what ended it, never a crash of the process.
 * T3  Tables held by somebody else (a stopped worker, an open psql) are a UserError after a while, not a hang.
 */
import type { Pool, PoolClient } from 'pg';
import { DatabaseError } from 'pg';
import { UserError } from '../user-error.js';

/** A charge takes milliseconds: a lock held for longer belongs to something that stopped. */
const defaultLockTimeoutMs = 10_000;
const lockNotAvailable = '55P03';

export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  { lockTimeoutMs = defaultLockTimeoutMs }: { readonly lockTimeoutMs?: number } = {},
): Promise<Result> {
  const client = await pool.connect();
  let lost: Error | undefined;
  const onError = (error: Error) => {
    lost = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('lock_timeout', $1, true)`, [String(lockTimeoutMs)]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    const cause = lost ?? error;
    // Ignored when the connection is gone: then the server rolls back by itself.
    await client.query('ROLLBACK').catch(onError);
    throw toldToTheUser(cause, lockTimeoutMs);
  } finally {
    client.off('error', onError);
    client.release(lost);
  }
}

function toldToTheUser(error: unknown, lockTimeoutMs: number): unknown {
  if (!(error instanceof DatabaseError) || error.code !== lockNotAvailable) return error;
  return new UserError(
    `The orders are held by another connection for more than ${lockTimeoutMs / 1_000} s, a stopped worker's perhaps.`,
    'End that worker with: npx leftoff kill',
    'failed',
    { cause: error },
  );
}
