/** One job with its checkpoint in three places: a cent of interest for each account. */

import type { Redis } from 'ioredis';
import { iteration, postgresStore, redisStore, revisit, rows } from 'leftoff/iteration';
import type { Pool } from 'pg';

interface Account {
  readonly id: number;
}

export const interestActivities = ({ pool, redis }: { readonly pool: Pool; readonly redis: Redis }) => {
  const accounts = () => rows<Account>(pool, 'accounts', { by: ['id'] });

  /** What is met again after a kill must have no second effect: the guard stands in the statement. */
  const creditOnce = async ({ id }: Account, runId: string) => {
    const { rowCount } = await pool.query(
      'UPDATE accounts SET cents = cents + 1, credited_by = $2 WHERE id = $1 AND credited_by IS DISTINCT FROM $2',
      [id, runId],
    );
    return rowCount === 0 ? revisit : undefined;
  };

  return {
    /** Kept in the Activity's heartbeat, as every checkpoint is: nothing to set up. */
    creditByHeartbeat: iteration({
      buildEnumerator: accounts,
      eachIteration: (account, _args, { runId }) => creditOnce(account, runId),
    }),

    /** And in Redis, durable every fifth account. */
    creditByRedis: iteration({
      buildEnumerator: accounts,
      eachIteration: (account, _args, { runId }) => creditOnce(account, runId),
      store: redisStore({ client: redis }),
      checkpointEvery: 5,
    }),

    /** And in Postgres, in the transaction of the effect itself: no guard, for no account is ever met again. */
    creditFenced: iteration({
      buildEnumerator: accounts,
      eachIteration: async ({ id }, _args, { transaction }) => {
        await transaction.query('UPDATE accounts SET cents = cents + 1 WHERE id = $1', [id]);
      },
      store: postgresStore({ pool }),
    }),
  };
};
