/**
 * What a row of an import is by itself, before the orders that are there already are asked: an order, or broken and why.
 *
 * J1  Every row gets a verdict, also one that could not be read as CSV.
 * J2  A reason says the column and what stands there; where a quote that was never closed has made one row of many lines, how
 *     many: those are all of that one reject.
 * J3  Reason and row are short, and can do no harm on a terminal or in a database.
 */
import type { CsvItem } from '../continuation/iteration/index.js';
import type { Order } from './order.js';
import { type OrderColumn, orderColumns, readOrderRow, shownText } from './order-row.js';

export type JudgedRow =
  | { readonly kind: 'order'; readonly line: number; readonly order: Order }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string; readonly row: string };

const longestReason = 300;
const longestRow = 200;

export function judgeRow(item: CsvItem<OrderColumn>): JudgedRow {
  const { line } = item;
  if (item.kind === 'malformed')
    return brokenRow(line, `can't be read: ${item.error.problem}`, item.error.beginning);
  const read = readOrderRow(item.row);
  if (read.kind === 'order') return { kind: 'order', line, order: read.order };
  const cells = orderColumns.map((column) => item.row[column]).join(',');
  const lines = cells.split(/\r\n|[\r\n]/).length;
  const over = lines === 1 ? '' : ` (the row is ${lines} lines long: is a quote never closed?)`;
  return brokenRow(line, `${read.column} ${read.problem}${over}`, cells);
}

function brokenRow(line: number, reason: string, row: string): JudgedRow {
  return { kind: 'broken', line, reason: shownText(reason, longestReason), row: shownText(row, longestRow) };
}
