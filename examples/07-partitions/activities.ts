/** Ranges of about equal numbers of rows, and an iteration over one of them. */
import { iteration, postgresStore, type RowRange, rowRanges, rows } from 'leftoff/iteration';
import type { Pool } from 'pg';

export interface Fee {
  readonly cents: number;
  readonly partitions: number;
}

export interface FeeInRange extends Fee {
  readonly range: RowRange & { readonly total: number };
}

export type FeeActivities = ReturnType<typeof feeActivities>;

export const feeActivities = (pool: Pool) => ({
  divideAccounts: ({ partitions }: Fee) => rowRanges(pool, 'accounts', { by: ['id'], partitions }),

  chargeFee: iteration({
    select: async ({ range }: FeeInRange) => ({ selection: null, total: range.total }),
    buildEnumerator: ({ range }) => rows<{ id: number }>(pool, 'accounts', { by: ['id'], within: range }),
    eachIteration: async ({ id }, { cents }, { transaction }) => {
      await transaction.query('UPDATE accounts SET cents = cents - $2 WHERE id = $1', [id, cents]);
    },
    store: postgresStore({ pool }),
  }),
});
