/**
 * Whether a key column can be null: known, never guessed.
 *
 * N1  The catalog's NOT NULL counts where the column is read from that table and nothing in the query can add nulls.
 * N2  Else the planner is asked for the rows where it is null: one that knows that there can be none (PostgreSQL 17 and
 *     later, through outer joins and views too) plans to look nowhere.
 * N3  What neither knows may be null, whether or not it is so now. Neither knows anything of a foreign table: its NOT NULL
 *     is what somebody says of a server elsewhere, held by nobody, also where it is a partition.
 */
import { quoteIdentifier, type RowDatabase } from './row-database.js';
import type { CheckedQuery } from './row-query.js';

export interface NullableColumn {
  readonly name: string;
  /** The catalog's word on it; null where it isn't a table's column. */
  readonly isNotNull: boolean | null;
}

/** @returns why it may be null; null: it can't be */
export async function whyNullable(
  database: RowDatabase,
  query: CheckedQuery,
  { name, isNotNull }: NullableColumn,
): Promise<string | null> {
  if (isNotNull === true && !query.canAddNulls) return null;
  if (await isNeverNull(database, query, name)) return null;
  switch (isNotNull) {
    case true:
      return 'its table says NOT NULL, but the query has an outer join or grouping sets, and it may come from their empty side';
    case false:
      return 'its table allows it, or one that inherits from it may';
    case null:
      return 'it is computed, or comes through a view, a set operation or a foreign table, so that nothing says otherwise';
  }
}

async function isNeverNull(database: RowDatabase, query: CheckedQuery, column: string): Promise<boolean> {
  const [first, second] = await planOf(database, query, `WHERE r.${quoteIdentifier(column)} IS NULL`);
  if (first !== 'Result' || second?.trim() !== 'One-Time Filter: false') return false;
  // The planner believes a foreign table's word.
  const plan = await planOf(database, query, '');
  return !plan.some((line) => line.includes('Foreign Scan'));
}

async function planOf(
  database: RowDatabase,
  { withClause, body, values }: CheckedQuery,
  where: string,
): Promise<readonly string[]> {
  const { rows } = await database.query({
    text: `EXPLAIN (COSTS OFF) ${withClause} SELECT FROM (${body}) AS r ${where}`,
    values: [...values],
  });
  return rows.map((row) => Object.values(row).join());
}
