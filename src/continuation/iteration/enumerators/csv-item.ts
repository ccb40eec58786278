/** What `csv` yields: a row, or a place in the file where one can't be read. */
import type { MalformedRowError } from './csv-errors.js';

export type CsvRow<Column extends string = string> = Readonly<Record<Column, string>>;

export type CsvItem<Column extends string = string> = {
  /** The line that the row begins on, as an editor counts: the file's first line is 1. */
  readonly line: number;
  /** Its number among the rows, from 1; malformed ones count, the header doesn't. */
  readonly record: number;
} & (
  | { readonly kind: 'row'; readonly row: CsvRow<Column> }
  | { readonly kind: 'malformed'; readonly error: MalformedRowError }
);

/** An item's row. @throws MalformedRowError where it can't be read: in `eachIteration`, the error policy then decides */
export function rowOf<Column extends string>(item: CsvItem<Column>): CsvRow<Column> {
  if (item.kind === 'malformed') throw item.error;
  return item.row;
}
