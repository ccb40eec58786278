/** Builders for the reports' tests: orders of customers by day, and what a run writes of them. */
import type { Pool } from 'pg';
import type { CustomerMonth, ReportSelection } from '../../src/orders/report.js';
import { selectReports } from '../../src/orders/select-reports.js';
import { writeReports } from '../../src/orders/write-reports.js';
import { theseOrders } from './some-orders.js';

export interface OrderOf {
  readonly customer: number;
  readonly on: string;
  readonly units?: number;
  readonly cents?: number;
}

/** Replaces what is there; ids from 1, in this order. */
export async function theseOrdersOf(pool: Pool, ...orders: readonly OrderOf[]): Promise<void> {
  await theseOrders(pool, []);
  await moreOrdersOf(pool, ...orders);
}

/** Ids go on after the highest. */
export async function moreOrdersOf(pool: Pool, ...orders: readonly OrderOf[]): Promise<void> {
  for (const { customer, on, units = 1, cents = 1_000 } of orders) {
    await pool.query(
      `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents)
       SELECT coalesce(max(order_id), 0) + 1, $1, $2, $3, $4 FROM orders`,
      [customer, on, units, cents],
    );
  }
}

export async function deleteOrdersOf(pool: Pool, customer: number, month = ''): Promise<void> {
  await pool.query(`DELETE FROM orders WHERE customer_id = $1 AND starts_with(ordered_on::text, $2)`, [
    customer,
    month,
  ]);
}

/** A customer's months, as `month('42/1997-03')`. */
export function month(place: string): CustomerMonth {
  const [customer = '', when = ''] = place.split('/');
  return { customerId: Number(customer), month: when };
}

/** What a run of this id would select now. */
export async function selectionNow(pool: Pool): Promise<ReportSelection> {
  return selectReports(pool);
}

export function write(pool: Pool, runId: string, selection: ReportSelection, ...places: readonly string[]) {
  return writeReports(pool, { runId, selection, months: places.map(month) });
}

/** All rows as lines: `42/1997-03: 2 orders, 3 units, 5821 cents, run-1, visited 1`. */
export async function rowsNow(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT customer_id || '/' || month || ': ' || coalesce(orders || ' orders, ' || units || ' units, ' || total_cents || ' cents', reason)
       || ', ' || run_id || ', visited ' || visits AS line
     FROM reports ORDER BY customer_id, month`,
  );
  return rows.map(({ line }) => line);
}

/** All rows as they would be whoever wrote them, and however often they were met. */
export async function contentsNow(pool: Pool): Promise<string[]> {
  return (await rowsNow(pool)).map((row) => row.replace(/, \S+, visited \d+$/, ''));
}
