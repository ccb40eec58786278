import type { Queryable } from './queryable.js';

/** An order's total is not what it should be: what a person would correct by hand. */
export interface OrderMend {
  readonly orderId: number;
  readonly totalCents: number;
}

export type Mended =
  | { readonly kind: 'mended'; readonly status: 'pending' | 'failed'; readonly before: number }
  | { readonly kind: 'unknown order' }
  /** It has been charged: the ledger is append-only. */
  | { readonly kind: 'charged already' };

/** Corrects the total of an order that was not charged yet. */
export async function mendOrder(database: Queryable, { orderId, totalCents }: OrderMend): Promise<Mended> {
  const { rows } = await database.query<{ status: string; before: number; mended: boolean }>(
    `WITH found AS (
       SELECT order_id, status, total_cents FROM orders WHERE order_id = $1 FOR UPDATE
     ), mended AS (
       UPDATE orders SET total_cents = $2
       FROM found WHERE orders.order_id = found.order_id AND found.status <> 'processed'
       RETURNING orders.order_id
     )
     SELECT found.status, found.total_cents AS before, mended.order_id IS NOT NULL AS mended
     FROM found LEFT JOIN mended USING (order_id)`,
    [orderId, totalCents],
  );
  const [row] = rows;
  if (row === undefined) return { kind: 'unknown order' };
  if (!row.mended) return { kind: 'charged already' };
  return { kind: 'mended', status: row.status === 'failed' ? 'failed' : 'pending', before: row.before };
}
