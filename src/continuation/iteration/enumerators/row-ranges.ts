/**
 * Cuts the rows of a query into contiguous ranges of about equal numbers of rows, for a run in partitions.
 *
 * P1  Each row that is there now is in exactly one range, and the ranges follow each other in the order of the key.
 * P2  By counting rows, not by dividing the span of keys: no partition is empty, however unevenly keys lie. Their sizes
 *     differ by one at most, and where there are fewer rows than partitions, there are fewer ranges.
 * P3  The last one ends at the last row: the partitions together are a fixed selection.
 *
 * Ranges belong into the run's checkpoint: cut again later, they would be others, and a cursor would be in the wrong one
 * (which `rows` refuses).
 */
import { requirePositive } from './keyset-pages.js';
import type { RowDatabase } from './row-database.js';
import {
  columnsOf,
  cursorFrom,
  isWithin,
  keyAsJson,
  orderOf,
  type RowCursor,
  StatementValues,
} from './row-key.js';
import { checkBounds, type RowSelection } from './row-pages.js';
import type { RowQuery } from './row-query.js';
import { describeRows } from './row-source.js';

/** What `rows` takes as `within`. */
export interface CountedRange {
  /** Strictly after this key; null: from the beginning. */
  readonly after: RowCursor | null;
  /** Up to this key, and with it. */
  readonly upTo: RowCursor;
  /** How many rows it has now. */
  readonly total: number;
}

export interface RowRangesOptions extends RowSelection {
  /** How many ranges, at most. */
  readonly partitions: number;
}

/**
 * Reads all keys once: from an index on the key's columns where there is one, and the query lets it.
 *
 * @throws RangeError for partitions that aren't a positive whole number; KeysetRefusal, as `rows` does
 */
export async function rowRanges(
  database: RowDatabase,
  query: RowQuery,
  { partitions, within = {}, ...by }: RowRangesOptions,
): Promise<readonly CountedRange[]> {
  requirePositive('partitions', partitions);
  const source = await describeRows(database, query, by);
  checkBounds(source, within);
  const { key } = source;
  const values = new StatementValues(source.query.values);
  const { withClause, body } = source.query;
  const selected = `FROM (${body}) AS r WHERE ${isWithin(key, 'r', within, values)}`;
  const { rows } = await database.query<{ edge: string }>({
    // A row ends a range if it is the last one of a part's share: the part that it is in, times the share, is its number.
    text: `
      ${withClause} SELECT ${keyAsJson(key, 'numbered', 'nth')} AS edge
      FROM (
        SELECT ${columnsOf(key, 'r').join(', ')}, row_number() OVER (ORDER BY ${orderOf(key, 'r')}) AS nth
        ${selected}) AS numbered
      CROSS JOIN (SELECT count(*) AS total, least(count(*), ${partitions}) AS parts ${selected}) AS counted
      WHERE (nth * parts + total - 1) / total * total / parts = nth
      ORDER BY nth`,
    values: values.values,
  });
  let after = within.after ?? null;
  let rowsBefore = 0;
  return rows.map(({ edge }) => {
    const written: readonly unknown[] = JSON.parse(edge);
    const [nth, ...parts] = written;
    const upTo = cursorFrom(key, parts);
    const range = { after, upTo, total: Number(nth) - rowsBefore };
    after = upTo;
    rowsBefore = Number(nth);
    return range;
  });
}
