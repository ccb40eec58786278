/**
 * The next orders of a run's selection (selected-orders.ts), strictly after its cursor, by hand: for what does without the library.
 *
 * K1  Ascending by id, none twice, none left out: keyset by primary key, so page 1,000 costs what page 1 costs.
 * K2  `cursor: null` is the start; 0 is a cursor like any other.
 */
import type { SelectedOrder } from './order.js';
import type { Queryable } from './queryable.js';
import { selectedOrdersSql } from './selected-orders.js';

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
  text: `${selectedOrdersSql} AND order_id > $3
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
    values: [runId, upTo, cursor ?? beforeTheFirst, limit],
  });
  return rows;
}
