/** The Activities of process-orders: thin, over `orders` and `continuation`. */
import type { Pool } from 'pg';
import type { Batch, BatchStart, Counts, IterationOutcome } from '../continuation/checkpoint.js';
import {
  type Enumerator,
  type ItemContext,
  type IterationContext,
  type IterationInput,
  iteration,
  type RowCursor,
  rowBatches,
  type Transaction,
  workBatch,
  workOnce,
} from '../continuation/iteration/index.js';
import { telling } from '../continuation/selection.js';
import { chargeOrders } from '../orders/charge-orders.js';
import { isOutage } from '../orders/is-outage.js';
import type { SelectedOrder, Selection, Visit } from '../orders/order.js';
import { type OrdersReport, reportOrders } from '../orders/report-orders.js';
import { selectOrders } from '../orders/select-orders.js';
import { selectedOrders } from '../orders/selected-orders.js';
import type { ProcessOrders } from '../workflows/process-orders-input.js';
import type { CheckpointStores } from './checkpoint-stores.js';
import { countVisits, type OrderSurroundings, tellVisits, visitOrders } from './order-visits.js';

export interface RunOfOrders extends ProcessOrders {
  readonly runId: string;
}

interface BatchOfOrders extends RunOfOrders {
  readonly selection: Selection;
  readonly from: BatchStart<RowCursor>;
}

/** What Workflows call: names and types in one place. */
export interface OrderActivities {
  selectOrders(run: { readonly runId: string }): Promise<Selection>;
  processBatch(batch: BatchOfOrders): Promise<Batch<RowCursor>>;
  reportOrders(run: { readonly runId: string }): Promise<OrdersReport>;
  processOrders(input: IterationInput<RunOfOrders>): Promise<IterationOutcome<RowCursor>>;
}

type OrdersContext = ItemContext<RowCursor, Transaction | null>;

export function orderActivities(
  pool: Pool,
  around: OrderSurroundings,
  stores: Pick<CheckpointStores, 'named'>,
): OrderActivities {
  /** What became of a transaction's orders, until it is committed and may be told. */
  const untold = new WeakMap<SelectedOrder[], Visit[]>();

  const ordersOf = (
    { runId, batchSize }: RunOfOrders,
    { upTo }: Selection,
  ): Enumerator<SelectedOrder[], RowCursor> =>
    rowBatches(pool, selectedOrders({ runId, upTo }), { by: ['orderId'], batchSize });

  const charge = async (
    orders: SelectedOrder[],
    { runId, itemMs }: RunOfOrders,
    { stopping, transaction }: OrdersContext,
  ): Promise<Counts> => {
    const visits = await visitOrders(around, {
      ...{ runId, orders, itemMs, stopping },
      charge: (due) => chargeOrders(transaction ?? pool, due),
    });
    untold.set(orders, visits);
    return countVisits(visits);
  };

  const tell = (
    orders: SelectedOrder[],
    { runId }: RunOfOrders,
    { checkpoint, stopping }: IterationContext<RowCursor>,
  ): Promise<void> => {
    const visits = untold.get(orders) ?? [];
    const orderId = typeof checkpoint === 'number' ? checkpoint : null;
    return tellVisits(
      around,
      { runId, visits, checkpoint: orderId, keepsCursor: true },
      { orders, stopping },
    );
  };

  return {
    selectOrders: ({ runId }) => workOnce(async () => telling(await selectOrders(pool, runId)), { isOutage }),

    processBatch: (run) =>
      workBatch<SelectedOrder[], RowCursor, Transaction | null>({
        from: run.from,
        enumerator: ordersOf(run, run.selection),
        eachIteration: (orders, context) => charge(orders, run, context),
        afterIteration: (orders, context) => tell(orders, run, context),
        checkpointEvery: run.checkpointEvery,
        total: run.selection.total,
        store: stores.named(run.store),
        isOutage,
      }),

    reportOrders: ({ runId }) => workOnce(() => reportOrders(pool, { runId }), { isOutage }),

    processOrders: iteration<RunOfOrders, SelectedOrder[], RowCursor, Selection, Transaction | null>({
      select: async ({ runId }) => {
        const selection = await selectOrders(pool, runId);
        return { selection, total: selection.total };
      },
      buildEnumerator: (run, selection) => ordersOf(run, selection),
      eachIteration: charge,
      afterIteration: tell,
      onComplete: async ({ runId }) => ({ ...(await reportOrders(pool, { runId })) }),
      checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
      store: ({ store }) => stores.named(store),
      isOutage,
    }),
  };
}
