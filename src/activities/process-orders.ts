/** The Activities of process-orders: thin, over `orders` and `continuation`. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Batch, IterationOutcome } from '../continuation/checkpoint.js';
import type { Enumerator, IterationContext } from '../continuation/iteration/index.js';
import {
  type IterationInput,
  iteration,
  keysetBatches,
  workBatch,
  workOnce,
} from '../continuation/iteration/index.js';
import { chargeOrders } from '../orders/charge-orders.js';
import { isOutage } from '../orders/is-outage.js';
import type { SelectedOrder, Selection } from '../orders/order.js';
import { readOrdersAfter } from '../orders/read-orders-after.js';
import { type OrdersReport, reportOrders } from '../orders/report-orders.js';
import { selectOrders } from '../orders/select-orders.js';
import type { ProcessOrders } from '../workflows/process-orders-input.js';
import { type OrderSurroundings, visitOrders } from './order-visits.js';

interface BatchOfOrders extends ProcessOrders {
  readonly runId: string;
  readonly selection: Selection;
  /** Resume strictly after this order; null: from the first. */
  readonly cursor: number | null;
}

export interface RunOfOrders extends ProcessOrders {
  readonly runId: string;
}

/** What Workflows call: names and types in one place. */
export interface OrderActivities {
  selectOrders(run: { readonly runId: string }): Promise<Selection>;
  processBatch(batch: BatchOfOrders): Promise<Batch<number>>;
  reportOrders(run: { readonly runId: string }): Promise<OrdersReport>;
  processOrders(input: IterationInput<RunOfOrders>): Promise<IterationOutcome<number>>;
}

/** Large enough that reading costs little per order, small enough that a page is never much memory. */
const pageOfOrders = 500;

const selectionSchema = z.object({ upTo: z.int(), total: z.int() });

export function orderActivities(pool: Pool, around: OrderSurroundings): OrderActivities {
  const ordersAfter = (
    run: RunOfOrders,
    selection: Selection,
    cursor: number | null,
    page: number,
  ): Enumerator<SelectedOrder[], number> =>
    keysetBatches({
      readAfter: (after, limit) =>
        readOrdersAfter(pool, { runId: run.runId, upTo: selection.upTo, cursor: after, limit }),
      cursorOf: (order) => order.orderId,
      cursor,
      batchSize: run.batchSize,
      pageSize: page,
    });
  const visit = (orders: SelectedOrder[], run: RunOfOrders, context: IterationContext<number>) =>
    visitOrders(around, {
      runId: run.runId,
      orders,
      itemMs: run.itemMs,
      keepsCursor: true,
      charge: chargeOrders,
      ...context,
    });

  return {
    selectOrders: ({ runId }) => workOnce(() => selectOrders(pool, runId), { isOutage }),

    processBatch: (batch) =>
      workBatch({
        enumerator: ordersAfter(
          batch,
          batch.selection,
          batch.cursor,
          Math.min(pageOfOrders, batch.checkpointEvery),
        ),
        cursor: batch.cursor,
        visit: (orders, context) => visit(orders, batch, context),
        checkpointEvery: batch.checkpointEvery,
        total: batch.selection.total,
        isOutage,
      }),

    reportOrders: ({ runId }) => workOnce(() => reportOrders(pool, { runId }), { isOutage }),

    processOrders: iteration<RunOfOrders, Selection, SelectedOrder[], number>({
      select: async ({ runId }) => {
        const selection = await selectOrders(pool, runId);
        return { selection, total: selection.total };
      },
      parseSelection: (json) => selectionSchema.parse(json),
      parseCursor: (json) => z.int().parse(json),
      buildEnumerator: (run, { selection, cursor }) => ordersAfter(run, selection, cursor, pageOfOrders),
      eachIteration: visit,
      onComplete: async ({ runId }) => ({ ...(await reportOrders(pool, { runId })) }),
      checkpointEvery: (run) => run.checkpointEvery,
      isOutage,
    }),
  };
}
