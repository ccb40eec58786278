/** Waits for what the database says, at 10 ms: quick enough to time a recovery with. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from './stage.js';

const pollMs = 10;

/** When the first order after this one is done, or the run is at its end; in milliseconds since the epoch. */
export async function awaitOrderAfter(stage: Stage, runId: string, orderId: number): Promise<number> {
  for (;;) {
    stage.signal.throwIfAborted();
    const { rows } = await stage.pool.query<{ done: boolean }>({
      name: 'order-after',
      text: "SELECT EXISTS (SELECT FROM orders WHERE run_id = $1 AND order_id > $2 AND status <> 'pending') AS done",
      values: [runId, orderId],
    });
    if (rows[0]?.done) return Date.now();
    if ((await pendingLeft(stage, orderId)) === 0) return Date.now();
    await delay(pollMs, undefined, { signal: stage.signal });
  }
}

async function pendingLeft(stage: Stage, orderId: number): Promise<number> {
  const { rows } = await stage.pool.query<{ left: number }>({
    name: 'pending-after',
    text: "SELECT count(*)::int AS left FROM orders WHERE order_id > $1 AND status = 'pending'",
    values: [orderId],
  });
  return rows[0]?.left ?? 0;
}
