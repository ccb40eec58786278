import { ImportOverError } from './import-rows.js';
import { notEnded } from './mark-runs-ended.js';
import type { Queryable } from './queryable.js';

export interface ImportToBegin {
  readonly runId: string;
  /** What tells this run from others that had its id. */
  readonly chain: string;
  readonly file: string;
}

/**
 * Gives a run's import its number. Asked again by the same run it is the same number, whatever was lost in between.
 *
 * @throws ImportOverError for a run that was ended: a worker that wakes up late must not begin what was deleted once more
 */
export async function beginImport(
  database: Queryable,
  { runId, chain, file }: ImportToBegin,
): Promise<number> {
  const { rows } = await database.query<{ importId: number }>(
    `INSERT INTO imports (run_id, chain, file) SELECT $1, $2, $3 WHERE ${notEnded}
     ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain
     RETURNING import_id AS "importId"`,
    [runId, chain, file],
  );
  return numberOf(rows, runId);
}

/** The number that it was given. @throws ImportOverError where its data was wiped since */
export async function begunImport(
  database: Queryable,
  { runId, chain }: Pick<ImportToBegin, 'runId' | 'chain'>,
): Promise<number> {
  const { rows } = await database.query<{ importId: number }>(
    'SELECT import_id AS "importId" FROM imports WHERE chain = $1',
    [chain],
  );
  return numberOf(rows, runId);
}

function numberOf([begun]: readonly { readonly importId: number }[], runId: string): number {
  if (begun === undefined) throw new ImportOverError(runId);
  return begun.importId;
}
