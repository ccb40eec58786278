/**
 * The next orders of a run's selection, strictly after its cursor.
 *
 * K1  Ascending by id, none twice, none left out: keyset by primary key, so page 1,000 costs what page 1 costs.
 * K2  Not filtered by what processing changes: an order that this run has done already is met again (and had no second
 *     effect), so that a revisit can be seen; one that another run did is not this run's.
 * K3  `cursor: null` is the start; 0 is a cursor like any other.
 */
import type { SelectedOrder } from './order.js';
import type { Queryable } from './queryable.js';

export type OrdersAfter = {
  readonly runId: string;
  /** The selection's last order id, inclusive. */
  readonly upTo: number;
  /** Resume strictly after this order id; null from the start. */
  readonly cursor: number | null;
  /** Most orders to return. Fewer mean that the selection ends here. */
  readonly limit: number;
};

const statement = {
  name: 'read-orders-after',
  text: `
    SELECT order_id AS "orderId", customer_id AS "customerId", to_char(ordered_on, 'YYYY-MM-DD') AS "orderedOn",
           units, total_cents AS "totalCents", status <> 'pending' AS done
    FROM orders
    WHERE order_id > $1 AND order_id <= $2 AND (status = 'pending' OR run_id = $3)
    ORDER BY order_id
    LIMIT $4`,
};

/** Below every id that an integer column can hold, 0 and negative ones too. */
const beforeTheFirst = -2_147_483_648;

export async function readOrdersAfter(
  database: Queryable,
  { runId, upTo, cursor, limit }: OrdersAfter,
): Promise<SelectedOrder[]> {
  const { rows } = await database.query<SelectedOrder>({
    ...statement,
    values: [cursor ?? beforeTheFirst, upTo, runId, limit],
  });
  return rows;
}
