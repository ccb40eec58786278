/**
 * Whether a key column can be null: known, never guessed.
 *
 * N1  The catalog's NOT NULL counts where the column is read from that table and nothing in the query can add nulls.
 * N2  Else the planner is asked for the rows where it is null: one that knows that there can be none (PostgreSQL 17 and
 *     later, through outer joins and views too) plans to look nowhere.
 * N3  What neither knows may be null, whether or not it is so now.
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
      return 'it is computed, or comes through a view or a set operation, so that nothing says otherwise';
  }
}

async function isNeverNull(database: RowDatabase, query: CheckedQuery, column: string): Promise<boolean> {
  const { rows } = await database.query({
    text: `EXPLAIN (COSTS OFF) ${query.withClause} SELECT FROM (${query.body}) AS r WHERE r.${quoteIdentifier(column)} IS NULL`,
    values: [...query.values],
  });
  const lines = rows.map((row) => Object.values(row).join());
  return lines[0] === 'Result' && lines[1]?.trim() === 'One-Time Filter: false';
}
