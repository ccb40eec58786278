/**
 * Reads a file of orders, row by row, and refuses it whole when one row is broken.
 *
 * F1  Nothing is guessed: a row has exactly the five columns, each of its type and range, and no id comes twice.
 * F2  The error names the file, the line, the column, and what was found there.
 * F3  Lines are those of the file, as an editor counts them: the header is line 1. They may end as on any system, also mixed.
 * F4  What was found is shown without its control characters: it may come to a terminal.
 */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { UserError } from '../user-error.js';
import type { Order } from './order.js';
import { orderColumns, readOrderRow, shownCell, shownText } from './order-row.js';

/** What csv-parse yields with `info`: the cells, and the line that they ended on. */
const parsedSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });

/** @throws UserError for a file that can't be read, isn't such a file, or has a broken row. */
export async function readOrderFile(file: string): Promise<Order[]> {
  const orders: Order[] = [];
  const lineOfId = new Map<number, number>();
  let header = true;
  try {
    const rows = createReadStream(file).compose(
      parse({
        bom: true,
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        // Found out by itself it would be the first line's end alone.
        record_delimiter: ['\r\n', '\n', '\r'],
      }),
    );
    for await (const parsed of rows) {
      const { record, info } = parsedSchema.parse(parsed);
      if (header) {
        checkHeader(file, record);
        header = false;
        continue;
      }
      const order = parseRow(file, info.lines, record);
      const before = lineOfId.get(order.orderId);
      if (before !== undefined)
        throw broken(file, info.lines, 'order_id', `is ${order.orderId}, which line ${before} has already`);
      lineOfId.set(order.orderId, info.lines);
      orders.push(order);
    }
  } catch (error) {
    throw explained(file, error);
  }
  if (orders.length === 0) throw new UserError(`${file} has no orders.`, mend);
  return orders;
}

const mend = 'Correct the file, or seed from the one that comes with Leftoff. Nothing was loaded.';

function broken(file: string, line: number, column: string, problem: string): UserError {
  return new UserError(`${file}, line ${line}: ${column} ${problem}.`, mend);
}

function checkHeader(file: string, header: readonly string[]): void {
  if (header.join() === orderColumns.join()) return;
  throw new UserError(
    `${file}, line 1: the header is ${shownCell(header.join())}, not "${orderColumns.join()}".`,
    mend,
  );
}

function parseRow(file: string, line: number, record: readonly string[]): Order {
  if (record.length !== orderColumns.length) {
    const missing = orderColumns[record.length];
    throw missing === undefined
      ? broken(
          file,
          line,
          `column ${orderColumns.length + 1}`,
          `is one too many: found ${record.length} columns`,
        )
      : broken(file, line, missing, `is missing: found ${record.length} of ${orderColumns.length} columns`);
  }
  const row = readOrderRow(Object.fromEntries(orderColumns.map((column, index) => [column, record[index]])));
  if (row.kind === 'broken') throw broken(file, line, row.column, row.problem);
  return row.order;
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    return new UserError(`${file} is not CSV: ${shownText(error.message)}.`, mend, 'failed', {
      cause: error,
    });
  }
  if (error instanceof Error && 'syscall' in error) {
    return new UserError(`${file} can't be read: ${error.message}.`, 'Name a file that exists.', 'failed', {
      cause: error,
    });
  }
  return error;
}
