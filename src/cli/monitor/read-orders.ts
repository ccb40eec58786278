/** The order counts, out of PostgreSQL; reads alone: it migrates nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { openPool } from '../../orders/open-pool.js';
import { readSnapshot, type Snapshot } from '../../orders/read-snapshot.js';
import type { KnownParts } from './known-parts.js';
import { NotRunning, type Source } from './source.js';

const statementLimitMs = 2_000;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const undefinedTable = '42P01';

export function ordersSource(parts: KnownParts): Source<Snapshot | null> {
  let open: { readonly url: string; readonly pool: Pool } | null = null;
  let before: Snapshot | null = null;
  const drop = (): void => {
    // A connection that never comes about holds its end up.
    open?.pool.end().catch(() => undefined);
    open = null;
  };
  return {
    name: 'PostgreSQL',
    limitMs: 3_000,
    pauseMs: (now) => {
      const still = isDeepStrictEqual(now, before);
      before = now;
      return still ? 2_000 : 1_000;
    },
    close: drop,
    async read() {
      const { postgres } = await parts.now();
      if (open !== null && open.url !== postgres?.url) drop();
      if (postgres === null) throw new NotRunning('postgres');
      open ??= { url: postgres.url, pool: openPool(postgres.url, { max: 1, statementLimitMs }) };
      const { pool } = open;
      try {
        return await readSnapshot(pool);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === undefinedTable) return null;
        if (open?.pool === pool) drop();
        parts.doubt();
        throw error;
      }
    },
  };
}
