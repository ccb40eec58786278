import type { Queryable } from './queryable.js';

export interface ImportToBegin {
  readonly runId: string;
  /** What tells this run from others that had its id. */
  readonly chain: string;
  readonly file: string;
}

/** Gives a run's import its number. Asked again by the same run it is the same number, whatever was lost in between. */
export async function beginImport(
  database: Queryable,
  { runId, chain, file }: ImportToBegin,
): Promise<number> {
  const { rows } = await database.query<{ importId: number }>(
    `INSERT INTO imports (run_id, chain, file) VALUES ($1, $2, $3)
     ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain
     RETURNING import_id AS "importId"`,
    [runId, chain, file],
  );
  const [begun] = rows;
  if (begun === undefined) throw new Error('An import that begins is one row: the database returned none.');
  return begun.importId;
}
