/**
 * One transaction of orders, as every pattern does it: work, charge outside where that is asked for, commit, tell.
 *
 * O1  A stop cuts the pretended work short, never the transaction: the item in hand ends.
 * O2  An order that this run has done already costs no work again: the visit only finds that out.
 * O3  The seams for faults sit where a crash hurts most: with the item in hand, between what is charged outside and the commit, and
 *     between commit and checkpoint.
 * O4  What is told is committed: `visitOrders` may run in a transaction of the caller's, so telling is a call of its own.
 * O5  What is charged outside comes before the first statement: no transaction is open while somebody else takes their time.
 */
import type { Counts } from '../continuation/checkpoint.js';
import type { OrdersToCharge, SelectedOrder, Visit } from '../orders/order.js';
import { pretendWork } from './pretend-work.js';

/** The instants at which a fault can be made to fall. */
export type FaultInstant = 'item in hand' | 'charged outside' | 'committed';

/** Holds the work at an armed position until the fault has come; returns at once anywhere else. */
export type FaultSeam = (
  instant: FaultInstant,
  /** Of what is in hand: orders, customers, or lines of a file. */
  positions: readonly number[],
  stopping: AbortSignal,
) => Promise<void> | null;

/** What is told after a commit. */
export interface VisitsTold {
  readonly runId: string;
  readonly visits: readonly Visit[];
  /** The order that a new worker would resume after if this one were lost now; null: from the beginning. */
  readonly checkpoint: number | null;
  /** Whether the job keeps its place at all; the control doesn't. */
  readonly keepsCursor: boolean;
}

export interface OrderSurroundings {
  /** Null unless the worker was told to take part in fault experiments. */
  readonly faultSeam: FaultSeam | null;
  /** Told after each commit. */
  readonly onVisits: ((told: VisitsTold) => void) | null;
}

export interface TransactionOfOrders {
  readonly runId: string;
  readonly orders: readonly SelectedOrder[];
  readonly itemMs: number;
  readonly stopping: AbortSignal;
  /** At a payment gateway, order by order; null: nowhere but in the ledger. */
  readonly chargeOutside: ((order: SelectedOrder) => Promise<void>) | null;
  /** `chargeOrders`, or the control without its guard. */
  readonly charge: (orders: OrdersToCharge) => Promise<Visit[]>;
}

/** Works one transaction off. @returns what became of its orders */
export async function visitOrders(around: OrderSurroundings, work: TransactionOfOrders): Promise<Visit[]> {
  const orderIds = work.orders.map(({ orderId }) => orderId);
  const { faultSeam } = around;
  if (faultSeam !== null) await faultSeam('item in hand', orderIds, work.stopping);
  const toDo = work.orders.filter(({ done }) => !done);
  if (work.itemMs > 0 && toDo.length > 0) await pretendWork(work.itemMs * toDo.length, work.stopping);
  const due = toDo.filter(({ totalCents }) => totalCents > 0);
  if (work.chargeOutside !== null && due.length > 0) {
    for (const order of due) await work.chargeOutside(order);
    const charged = due.map(({ orderId }) => orderId);
    if (faultSeam !== null) await faultSeam('charged outside', charged, work.stopping);
  }
  return await work.charge({ runId: work.runId, orderIds });
}

/** After the commit: tells what became of the orders, and lets a fault fall before the checkpoint. */
export function tellVisits(
  { onVisits, faultSeam }: OrderSurroundings,
  told: VisitsTold,
  { orders, stopping }: Pick<TransactionOfOrders, 'orders' | 'stopping'>,
): Promise<void> | undefined {
  onVisits?.(told);
  if (faultSeam === null) return undefined;
  const orderIds = orders.map(({ orderId }) => orderId);
  return faultSeam('committed', orderIds, stopping) ?? undefined;
}

export function countVisits(visits: readonly Visit[]): Counts {
  let processed = 0;
  let revisited = 0;
  for (const visit of visits) {
    if (visit.outcome === 'processed') processed += 1;
    if (visit.revisited) revisited += 1;
  }
  return { processed, failed: visits.length - processed, revisited };
}
