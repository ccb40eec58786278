/** Which import a run is: by its id or a unique prefix of it, or the newest; without Temporal, which may be away. */
import { UserError } from '../user-error.js';
import type { Queryable } from './queryable.js';

export type FoundImport = {
  readonly importId: number;
  readonly runId: string;
  readonly file: string;
};

/** The newest import of exactly this run. @throws UserError where there is none */
export async function importOfRun(database: Queryable, runId: string): Promise<FoundImport> {
  const { rows } = await database.query<FoundImport>(
    `SELECT import_id AS "importId", run_id AS "runId", file FROM imports WHERE run_id = $1
     ORDER BY import_id DESC LIMIT 1`,
    [runId],
  );
  const [found] = rows;
  if (found === undefined) throw noImport(runId);
  return found;
}

/** @throws UserError where there is none, or more than one */
export async function findImport(database: Queryable, word: string | undefined): Promise<FoundImport> {
  const { rows } = await database.query<FoundImport>(
    // Of several with one id the newest: a Temporal that was set up anew gives ids out again.
    `SELECT DISTINCT ON (run_id) import_id AS "importId", run_id AS "runId", file
     FROM imports WHERE $1::text IS NULL OR starts_with(run_id, $1)
     ORDER BY run_id, import_id DESC`,
    [word ?? null],
  );
  const newest = rows.toSorted((a, b) => b.importId - a.importId);
  const exact = newest.find(({ runId }) => runId === word);
  const [first, ...others] = newest;
  if (first === undefined) throw noImport(word);
  if (exact !== undefined) return exact;
  if (word === undefined || others.length === 0) return first;
  const ids = newest.slice(0, 5).map(({ runId }) => runId);
  throw new UserError(`'${word}' could be ${ids.join(', ')}.`, 'Give more of the id.', 'usage');
}

function noImport(word: string | undefined): UserError {
  return new UserError(
    word === undefined ? 'Nothing was imported yet.' : `There is no import '${word}'.`,
    'npx leftoff run step:import-orders --file orders.csv',
  );
}
