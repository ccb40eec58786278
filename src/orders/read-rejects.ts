import type { Queryable } from './queryable.js';

type Reject = {
  readonly line: number;
  readonly reason: string;
  /** The row's beginning, without control characters. */
  readonly row: string;
};

export type Rejects = {
  readonly imported: number;
  /** All of them; `rejects` has the first ones. */
  readonly rejected: number;
  readonly rejects: readonly Reject[];
};

/** What an import rejected, in the file's order. */
export async function readRejects(
  database: Queryable,
  { importId, limit }: { readonly importId: number; readonly limit: number },
): Promise<Rejects> {
  const counts = await database.query<Pick<Rejects, 'imported' | 'rejected'>>(
    `SELECT (SELECT count(*)::int FROM orders WHERE import_id = $1) AS imported,
            (SELECT count(*)::int FROM import_rejects WHERE import_id = $1) AS rejected`,
    [importId],
  );
  const { rows } = await database.query<Reject>(
    'SELECT line, reason, row FROM import_rejects WHERE import_id = $1 ORDER BY line LIMIT $2',
    [importId, limit],
  );
  return { ...(counts.rows[0] ?? { imported: 0, rejected: 0 }), rejects: rows };
}
