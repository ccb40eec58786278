/** A database whose statements are noted: to count them, and to ask the planner about them. */
import type { Pool } from 'pg';
import type { RowDatabase } from '../../../../src/continuation/iteration/enumerators/row-database.js';

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

export interface WatchedDatabase extends RowDatabase {
  readonly statements: readonly Statement[];
  /** Those that read a page, and not what there is to read. */
  pages(): readonly Statement[];
  /** How the server goes about each page, without costs. */
  plansOfPages(): Promise<readonly string[]>;
}

export function aWatchedDatabase(pool: Pool): WatchedDatabase {
  const statements: Statement[] = [];
  const pages = () => statements.filter(({ text }) => /LIMIT [1-9]\d*$/.test(text));
  return {
    statements,
    query: (statement) => {
      statements.push(statement);
      return pool.query(statement);
    },
    pages,
    plansOfPages: () =>
      Promise.all(
        pages().map(async ({ text, values }) => {
          const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${text}`, values);
          return rows.map((row) => row['QUERY PLAN']).join('\n');
        }),
      ),
  };
}
