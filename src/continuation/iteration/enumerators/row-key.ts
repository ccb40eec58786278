/**
 * A key of one or more columns: its cursor, and how SQL compares it.
 *
 * E1  One column makes a scalar cursor, several a tuple, in the order of `by`.
 * E2  Keys are compared as rows, `(a, b) > ($1, $2)`, by the columns' own types: one index serves, where `a > $1 OR
 *     (a = $1 AND b > $2)` is read more than a hundred times slower (job-iteration 488, 511), and '9' isn't after '10'.
 * E3  Where a column may be null and that is meant, rows with a null in it are left out in so many words: a row
 *     comparison alone would leave out some of them.
 */

import { quoteIdentifier } from './row-database.js';
import { InexactKeyError, NullableKeyError } from './row-errors.js';
import type { KeyPart, KeyType } from './row-key-types.js';

/** Where a row stands: int2 and int4 as numbers, everything else as its exact text; a tuple of several columns. */
export type RowCursor = KeyPart | readonly KeyPart[];

/** Which rows: strictly after the one key, up to and with the other, in the order that is gone in. */
export interface RowRange {
  readonly after?: RowCursor | null;
  readonly upTo?: RowCursor | null;
}

export type RowOrder = 'ascending' | 'descending';

export interface KeyColumn {
  readonly name: string;
  readonly type: KeyType;
  /** Whether rows with a null here are to be left out. */
  readonly leavesOutNulls: boolean;
}

export interface RowKey {
  readonly columns: readonly KeyColumn[];
  readonly order: RowOrder;
}

/** The values of a statement: ours come after the caller's. */
export class StatementValues {
  readonly values: unknown[];

  constructor(callers: readonly unknown[]) {
    this.values = [...callers];
  }

  /** @returns the parameter that stands for it */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** The key's columns of a table in FROM, in SQL. */
export function columnsOf(key: RowKey, table: string): readonly string[] {
  return key.columns.map((column) => qualified(column, table));
}

/** A cursor's parts in SQL, each of its column's type. */
export function partsOf(key: RowKey, cursor: RowCursor, values: StatementValues): readonly string[] {
  const parts = typeof cursor === 'object' ? cursor : [cursor];
  return key.columns.map(({ type }, i) => type.read(values.add(String(parts[i]))));
}

/** `(a, b)`; of one column, the column. */
export function asRow(parts: readonly string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(', ')})`;
}

/** `ORDER BY` this. */
export function orderOf(key: RowKey, table: string): string {
  const direction = key.order === 'ascending' ? 'ASC' : 'DESC';
  return key.columns.map((column) => `${qualified(column, table)} ${direction}`).join(', ');
}

/** The condition that a row is in the range, and no part of its key null where it may be; TRUE where there is none. */
export function isWithin(
  key: RowKey,
  table: string,
  { after = null, upTo = null }: RowRange,
  values: StatementValues,
): string {
  const [isAfter, isUpTo] = key.order === 'ascending' ? ['>', '<='] : ['<', '>='];
  const conditions = key.columns
    .filter(({ leavesOutNulls }) => leavesOutNulls)
    .map((column) => `${qualified(column, table)} IS NOT NULL`);
  const columns = asRow(columnsOf(key, table));
  if (after !== null) conditions.push(`${columns} ${isAfter} ${asRow(partsOf(key, after, values))}`);
  if (upTo !== null) conditions.push(`${columns} ${isUpTo} ${asRow(partsOf(key, upTo, values))}`);
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** An SQL expression of the key's parts as one JSON text, `first` before them. */
export function keyAsJson(key: RowKey, table: string, first: string): string {
  const parts = key.columns.map((column) => column.type.write(qualified(column, table)));
  return `json_build_array(${[first, ...parts].join(', ')})::text`;
}

/** @throws InexactKeyError for a part that couldn't be written exactly; NullableKeyError for a null, which there was none of before */
export function cursorFrom(key: RowKey, parts: readonly unknown[]): RowCursor {
  const exact = parts.filter((part) => typeof part === 'string' || typeof part === 'number');
  if (exact.length < key.columns.length) {
    const [isNull] = key.columns.filter((_, i) => parts[i] === null);
    if (isNull !== undefined) throw new NullableKeyError(isNull.name, 'a row has a null there by now');
    throw new InexactKeyError(key.columns.map(({ name }) => name));
  }
  const [only] = exact;
  return key.columns.length === 1 && only !== undefined ? only : exact;
}

/** Whether it has the shape of this key's cursors. */
export function fits(key: RowKey, cursor: unknown): cursor is RowCursor {
  if (Array.isArray(cursor) === (key.columns.length === 1)) return false;
  const parts: readonly unknown[] = Array.isArray(cursor) ? cursor : [cursor];
  return parts.length === key.columns.length && key.columns.every(({ type }, i) => type.accepts(parts[i]));
}

/** What `fits`, in words. */
export function expectedCursor(key: RowKey): string {
  const parts = key.columns.map(({ name, type }) => `${type.expected} (${name})`);
  return parts.length === 1 ? parts.join() : `[${parts.join(', ')}]`;
}

function qualified({ name }: { readonly name: string }, table: string): string {
  return `${table}.${quoteIdentifier(name)}`;
}
