/** Waits for what the database and the server say, at 20 ms: quick enough to time a recovery with. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunOnStage, Stage } from './stage.js';

const pollMs = 20;

/** What showed that the work goes on; times are milliseconds since the epoch. */
export type GoneOn =
  | { readonly kind: 'next order done'; readonly atMs: number }
  | { readonly kind: 'run ended'; readonly atMs: number };

/** Waits for the first order after this one; where there is none left, for the end of the run. @throws the stage's reason */
export async function awaitGoingOn(
  { pool, signal }: Pick<Stage, 'pool' | 'signal'>,
  { runId, ended }: RunOnStage,
  orderId: number,
): Promise<GoneOn> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await pool.query<{ done: boolean; left: boolean }>({
      name: 'orders-after',
      text: `SELECT EXISTS (SELECT FROM orders WHERE run_id = $1 AND order_id > $2 AND status <> 'pending') AS done,
                    EXISTS (SELECT FROM orders WHERE order_id > $2 AND status = 'pending') AS left`,
      values: [runId, orderId],
    });
    if (rows[0]?.done) return { kind: 'next order done', atMs: Date.now() };
    if (rows[0]?.left === false) {
      await ended;
      return { kind: 'run ended', atMs: Date.now() };
    }
    await delay(pollMs, undefined, { signal });
  }
}
