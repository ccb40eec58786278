/** What the nested demo asks the database: which months there are, which are reported, and when the next one is. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../../orders/queryable.js';
import type { CustomerMonth } from '../../orders/report.js';
import type { RunOnStage, Stage } from './stage.js';

const pollMs = 20;

/** A customer's months with orders; those that the run has reported, where one is named. */
export async function monthsOf(
  database: Queryable,
  customerId: number,
  runId: string | null = null,
): Promise<string[]> {
  const { rows } = await database.query<{ month: string }>(
    runId === null
      ? `SELECT DISTINCT to_char(ordered_on, 'YYYY-MM') AS month FROM orders WHERE customer_id = $1 ORDER BY month`
      : 'SELECT month FROM reports WHERE customer_id = $1 AND run_id = $2 ORDER BY month',
    runId === null ? [customerId] : [customerId, runId],
  );
  return rows.map(({ month }) => month);
}

/** The furthest row that the run has written. */
export async function lastReport(database: Queryable, runId: string): Promise<CustomerMonth> {
  const { rows } = await database.query<CustomerMonth>(
    `SELECT customer_id AS "customerId", month FROM reports WHERE run_id = $1
     ORDER BY customer_id DESC, month DESC LIMIT 1`,
    [runId],
  );
  return rows[0] ?? { customerId: 0, month: '' };
}

/** Waits for a row further on, or where there is none left for the end of the run. @returns when. @throws the stage's reason */
export async function awaitNextReport(
  { pool, signal }: Pick<Stage, 'pool' | 'signal'>,
  { runId, ended }: RunOnStage,
  { customerId, month }: CustomerMonth,
): Promise<number> {
  let over = false;
  void ended.then(
    () => {
      over = true;
    },
    () => undefined,
  );
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await pool.query({
      name: 'reports-after',
      text: 'SELECT FROM reports WHERE run_id = $1 AND (customer_id, month) > ($2, $3) LIMIT 1',
      values: [runId, customerId, month],
    });
    if (rows.length > 0 || over) return Date.now();
    await delay(pollMs, undefined, { signal });
  }
}
