/** How far a run is, asked of the database again and again: its curve over time, and the cells that are drawn. */
import { setTimeout as delay } from 'node:timers/promises';
import { isOutage } from '../../orders/is-outage.js';
import type { Queryable } from '../../orders/queryable.js';
import type { ProgressPoint } from './comparison.js';
import type { CellSeen } from './live-lane.js';

const lookEveryMs = 50;

export interface OrdersSeen {
  readonly done: number;
  readonly revisited: number;
  readonly cells: readonly CellSeen[];
}

/** Few enough to be drawn on any terminal. */
const mostCells = 60;

/** @returns null where the database is away */
async function readOrdersOf(database: Queryable, runId: string, orders: number): Promise<OrdersSeen | null> {
  try {
    const cells = Math.min(orders, mostCells);
    // A cell whose orders are gone has its place all the same; what came in beside the run's orders has none.
    const { rows } = await database.query<CellSeen & { visitsBeyond: number }>({
      name: 'compare-orders',
      text: `SELECT count(order_id)::int AS orders,
                    count(*) FILTER (WHERE run_id = $1)::int AS done,
                    count(*) FILTER (WHERE run_id = $1 AND visits > 1)::int AS revisited,
                    coalesce(sum(visits - 1) FILTER (WHERE run_id = $1), 0)::int AS "visitsBeyond"
             FROM generate_series(0, $3::int - 1) AS cell
             LEFT JOIN orders ON order_id BETWEEN 1 AND $2::int AND (order_id - 1)::bigint * $3 / $2 = cell
             GROUP BY cell ORDER BY cell`,
      values: [runId, orders, cells],
    });
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0);
    return { done: sum(({ done }) => done), revisited: sum((row) => row.visitsBeyond), cells: rows };
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

export interface WatchedOrders {
  readonly pool: Queryable;
  readonly runId: string;
  readonly orders: number;
  readonly onSeen: (seen: OrdersSeen) => void;
}

/** Looks until `over` aborts. @returns the curve, from the watch's beginning: a point wherever something changed */
export async function watchOrders(
  { pool, runId, orders, onSeen }: WatchedOrders,
  over: AbortSignal,
): Promise<ProgressPoint[]> {
  const startedMs = performance.now();
  const curve: ProgressPoint[] = [{ atMs: 0, done: 0, revisited: 0 }];
  for (;;) {
    // Looked at once more when it is over, so that the curve has its end.
    const last = over.aborted;
    const seen = await readOrdersOf(pool, runId, orders);
    if (seen !== null) {
      const { done, revisited } = seen;
      const before = curve.at(-1);
      if (done !== before?.done || revisited !== before.revisited)
        curve.push({ atMs: Math.round(performance.now() - startedMs), done, revisited });
      onSeen(seen);
    }
    if (last) return curve;
    await delay(lookEveryMs, undefined, { signal: over }).catch(() => undefined);
  }
}
