/**
 * Reads pages of rows in the order of their key: what `rows` and `rowBatches` hand to the keyset core.
 *
 * G1  The caller's query is a subquery, and the row comparison, the order and the limit stand around it, where
 *     PostgreSQL pulls them together: an index on the key's columns serves each page, at its beginning and a million rows on.
 * G2  SQL says whether a row has the key of the one before: by the types' own equality, 1.0 and 1.00 are the same.
 * G3  A cursor of another shape, or outside of `within`, is refused: of another key, or of another partition. One of
 *     another key with columns of the same types, or of the other order, has nothing in it to tell it by.
 */
import { CursorMismatchError } from './enumerator.js';
import { KeyNotUniqueError } from './keyset-errors.js';
import { type KeyedRow, type KeysetPage, keysetPages } from './keyset-pages.js';
import type { RowDatabase } from './row-database.js';
import { KeyBoundError } from './row-errors.js';
import {
  asRow,
  columnsOf,
  cursorFrom,
  expectedCursor,
  fits,
  isWithin,
  keyAsJson,
  orderOf,
  partsOf,
  type RowCursor,
  type RowRange,
  StatementValues,
} from './row-key.js';
import type { RowQuery } from './row-query.js';
import { describeRows, type RowKeyOptions, type RowSource } from './row-source.js';

/** Which rows, and in which order. */
export interface RowSelection<Column extends string = string> extends RowKeyOptions<Column> {
  /** Only rows strictly after the one key, up to and with the other: a fixed selection, or a partition of `rowRanges`. */
  readonly within?: RowRange;
}

export interface RowPages extends RowSelection {
  readonly pageSize: number;
  /** Resume strictly after this; null: from the beginning. */
  readonly cursor: RowCursor | null;
}

/** @throws KeysetRefusal, CursorMismatchError (G3) */
export async function* readRowPages<Row extends object>(
  database: RowDatabase,
  query: RowQuery,
  { pageSize, cursor, within = {}, ...by }: RowPages,
): AsyncGenerator<KeysetPage<Row, RowCursor>> {
  const source = await describeRows(database, query, by);
  checkBounds(source, within);
  if (cursor !== null) await requireOwnCursor(database, source, cursor, within);
  const { after = null, upTo = null } = within;
  const pages = keysetPages<KeyedRow<Row, RowCursor>, RowCursor>(
    {
      name: source.name,
      readAfter: async (from, limit) => {
        const rows = await readPage<Row>(database, source, { after: from ?? after, upTo }, limit);
        return { rows, more: rows.length === limit };
      },
      cursorOf: (keyed) => keyed.cursor,
    },
    cursor,
    pageSize,
  );
  for await (const { rows, last } of pages) yield { rows: rows.map(({ row }) => row), last };
}

/** @throws KeyBoundError */
export function checkBounds({ key }: RowSource, { after = null, upTo = null }: RowRange): void {
  for (const [bound, found] of [
    ['after', after],
    ['upTo', upTo],
  ] as const)
    if (found !== null && !fits(key, found)) throw new KeyBoundError(bound, expectedCursor(key), found);
}

async function readPage<Row extends object>(
  database: RowDatabase,
  source: RowSource,
  range: RowRange,
  limit: number,
): Promise<KeyedRow<Row, RowCursor>[]> {
  const alias = unusedName(source.columns);
  const { rows } = await database.query<Row>(pageStatement(source, range, limit, alias));
  return rows.map((row) => {
    const written: readonly unknown[] = JSON.parse(String(Reflect.get(row, alias)));
    const [isRepeated, ...parts] = written;
    // The row is the caller's, and our column isn't.
    Reflect.deleteProperty(row, alias);
    const cursor = cursorFrom(source.key, parts);
    if (isRepeated === true) throw new KeyNotUniqueError(source.name, cursor);
    return { row, cursor };
  });
}

function pageStatement({ query, key }: RowSource, range: RowRange, limit: number, alias: string) {
  const values = new StatementValues(query.values);
  const columns = columnsOf(key, 'r');
  const isRepeated = `${asRow(columns)} = ${asRow(columns.map((column) => `lag(${column}) OVER before`))}`;
  // The limit is written out, so that the planner knows how few rows are wanted and doesn't sort them all.
  const text = `
    ${query.withClause} SELECT r.*, ${keyAsJson(key, 'r', isRepeated)} AS "${alias}"
    FROM (${query.body}) AS r
    WHERE ${isWithin(key, 'r', range, values)}
    WINDOW before AS (ORDER BY ${orderOf(key, 'r')})
    ORDER BY ${orderOf(key, 'r')}
    LIMIT ${limit}`;
  return { text, values: values.values };
}

/** Where a column of the caller's has our name, ours takes another. */
function unusedName(columns: ReadonlySet<string>): string {
  let name = 'leftoff cursor';
  while (columns.has(name)) name += '_';
  return name;
}

/** A cursor outside of its range stands for work that this range would pass over, or do again. */
async function requireOwnCursor(
  database: RowDatabase,
  source: RowSource,
  cursor: RowCursor,
  within: RowRange,
): Promise<void> {
  const { name, query, key } = source;
  if (!fits(key, cursor)) throw new CursorMismatchError(name, expectedCursor(key), cursor);
  if (within.after == null && within.upTo == null) return;
  const values = new StatementValues(query.values);
  // Out of the query's own columns, so that text is compared by their collation.
  const { rows } = await database.query<{ within: boolean }>({
    text: `
      ${query.withClause} SELECT ${isWithin(key, 'own', within, values)} AS within
      FROM (
        SELECT ${columnsOf(key, 'r').join(', ')} FROM (${query.body}) AS r WHERE FALSE
        UNION ALL SELECT ${partsOf(key, cursor, values).join(', ')}) AS own`,
    values: values.values,
  });
  if (rows[0]?.within !== true)
    throw new CursorMismatchError(name, `within ${JSON.stringify(within)}`, cursor);
}
