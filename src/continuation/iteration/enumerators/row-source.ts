/**
 * Finds out, before the first item, what is to be read and by which key, and refuses what can't be read so.
 *
 * S1  A table is gone through by its primary key, unless `by` says otherwise.
 * S2  The server itself describes the query's columns, without running it: their names, types and where they come from.
 * S3  Two columns of one name, a key column that isn't there, one that may be null, and one of a type that a cursor can't
 *     carry are refused.
 */
import { quoteIdentifier, type RowDatabase, type RowField } from './row-database.js';
import {
  DuplicateColumnError,
  KeyTypeError,
  NullableKeyError,
  UnknownColumnError,
  UnknownTableError,
  UnusableKeyError,
} from './row-errors.js';
import type { KeyColumn, RowKey, RowOrder } from './row-key.js';
import { keyType } from './row-key-types.js';
import { whyNullable } from './row-nulls.js';
import { type CheckedQuery, checkQuery, checkTableName, type RowQuery } from './row-query.js';

/** What rows are gone by. */
export interface RowKeyOptions<Column extends string = string> {
  /**
   * The columns that identify a row, named as the query returns them, in the order of an index that serves. A table's
   * primary key where nothing is said. For the whole of a run: another key of the same types can't be told from this one.
   */
  readonly by?: readonly Column[];
  /** Of all columns; ascending where nothing is said. For the whole of a run: turned round, it goes back over what is done. */
  readonly order?: RowOrder;
  /** What to do about key columns that may be null: refuse them, or leave out the rows that have a null there. */
  readonly nulls?: 'refused' | 'left out';
}

/** What is read, and in which order. */
export interface RowSource {
  /** For errors. */
  readonly name: string;
  readonly query: CheckedQuery;
  readonly key: RowKey;
  /** The names of all its columns. */
  readonly columns: ReadonlySet<string>;
}

/** @throws KeysetRefusal, one of its kinds for each reason */
export async function describeRows(
  database: RowDatabase,
  asked: RowQuery,
  { by, order = 'ascending', nulls = 'refused' }: RowKeyOptions,
): Promise<RowSource> {
  const { query, names } = await readAsked(database, asked, by);
  const fields = await describeFields(database, query);
  const columns = uniqueNames(fields);
  const keyFields = names.map((name) => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new UnknownColumnError(name, [...columns]);
    return field;
  });
  const key: KeyColumn[] = [];
  for (const { name, type, isNotNull } of await readCatalog(database, keyFields)) {
    const known = keyType(type);
    if (known === null) throw new KeyTypeError(name, type.name);
    const why = await whyNullable(database, query, { name, isNotNull });
    if (why !== null && nulls === 'refused') throw new NullableKeyError(name, why);
    key.push({ name, type: known, leavesOutNulls: why !== null });
  }
  return {
    name: `Rows ${typeof asked === 'string' ? `of ${asked} ` : ''}by (${names.join(', ')})`,
    query,
    key: { columns: key, order },
    columns,
  };
}

async function readAsked(
  database: RowDatabase,
  asked: RowQuery,
  by: readonly string[] | undefined,
): Promise<{ query: CheckedQuery; names: readonly string[] }> {
  if (by?.length === 0) throw new UnusableKeyError("'by' names no column");
  const twice = by?.find((name, i) => by.indexOf(name) < i);
  if (twice !== undefined) throw new UnusableKeyError(`'by' names '${twice}' twice`);
  if (typeof asked !== 'string') {
    if (by === undefined) throw new UnusableKeyError("A query has no primary key, and 'by' isn't given");
    return { query: checkQuery(asked), names: by };
  }
  const { from, primaryKey } = await findTable(database, checkTableName(asked));
  const names = by ?? primaryKey;
  if (names.length === 0) throw new UnusableKeyError(`'${asked}' has no primary key, and 'by' isn't given`);
  return { query: checkQuery({ text: `SELECT * FROM ${from}` }), names };
}

async function findTable(
  database: RowDatabase,
  table: string,
): Promise<{ from: string; primaryKey: readonly string[] }> {
  const { rows } = await database.query<{ schema: string; name: string; column: string | null }>({
    text: `
      SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      LEFT JOIN generate_series(0, i.indnkeyatts - 1) AS nth ON TRUE
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[nth]
      WHERE c.oid = to_regclass($1)
      ORDER BY nth`,
    values: [table],
  });
  const [found] = rows;
  if (found === undefined) throw new UnknownTableError(table);
  return {
    from: `${quoteIdentifier(found.schema)}.${quoteIdentifier(found.name)}`,
    primaryKey: rows.flatMap(({ column }) => (column === null ? [] : [column])),
  };
}

async function describeFields(database: RowDatabase, query: CheckedQuery): Promise<readonly RowField[]> {
  const { fields } = await database.query({
    text: `${query.withClause} SELECT * FROM (${query.body}) AS r LIMIT 0`,
    values: [...query.values],
  });
  return fields;
}

function uniqueNames(fields: readonly RowField[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) throw new DuplicateColumnError(name);
    names.add(name);
  }
  return names;
}

interface CatalogColumn {
  readonly name: string;
  readonly type: { readonly oid: number; readonly name: string; readonly isOwn: boolean };
  readonly isNotNull: boolean | null;
}

/**
 * A NOT NULL that isn't validated yet doesn't count (PostgreSQL 18 has such), nor one of a table that others inherit from:
 * theirs may lack it. Nor does a foreign table's, which nobody holds, or of one with such a partition.
 */
const catalogText = `
  SELECT json_build_object('oid', f.type, 'name', format('%I.%I', n.nspname, t.typname),
           'isOwn', n.nspname <> 'pg_catalog' AND (t.typtype = 'e' OR t.typtype = 'b' AND t.typcategory <> 'A'),
           'isNotNull', a.attnotnull AND NOT (k.relkind = 'r' AND k.relhassubclass) AND NOT EXISTS (
             SELECT FROM pg_partition_tree(k.oid) p JOIN pg_class foreigner ON foreigner.oid = p.relid
             WHERE foreigner.relkind = 'f') AND NOT EXISTS (
             SELECT FROM pg_constraint c
             WHERE c.conrelid = a.attrelid AND c.contype = 'n' AND c.conkey = ARRAY[a.attnum]
               AND NOT c.convalidated))::text AS description
  FROM json_to_recordset($1::json) AS f (nth int, type oid, "table" oid, "column" int2)
  JOIN pg_type t ON t.oid = f.type
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN (pg_attribute a JOIN pg_class k ON k.oid = a.attrelid AND k.relkind IN ('r', 'p'))
    ON a.attrelid = f."table" AND a.attnum = f."column"
  ORDER BY f.nth`;

async function readCatalog(
  database: RowDatabase,
  fields: readonly RowField[],
): Promise<readonly CatalogColumn[]> {
  const asked = fields.map(({ dataTypeID, tableID = 0, columnID = 0 }, nth) => ({
    nth,
    type: dataTypeID,
    table: tableID,
    column: columnID,
  }));
  const { rows } = await database.query<{ description: string }>({
    text: catalogText,
    values: [JSON.stringify(asked)],
  });
  return fields.map(({ name }, i) => {
    const { oid, name: typeName, isOwn, isNotNull } = JSON.parse(rows[i]?.description ?? '{}');
    return { name, type: { oid: Number(oid), name: typeName, isOwn }, isNotNull };
  });
}
