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
  rowRanges,
  type Transaction,
  workBatch,
  workOnce,
} from '../continuation/iteration/index.js';
import { telling } from '../continuation/selection.js';
import { chargeOrders } from '../orders/charge-orders.js';
import { isOutage as isDatabaseOutage } from '../orders/is-outage.js';
import { markOrdersFailed } from '../orders/mark-orders-failed.js';
import type { SelectedOrder, Selection, Visit } from '../orders/order.js';
import { type OrdersReport, reportOrders } from '../orders/report-orders.js';
import { selectOrders } from '../orders/select-orders.js';
import { selectedOrders } from '../orders/selected-orders.js';
import { PaymentGatewayAway } from '../payments/request-payment.js';
import type { ProcessOrders } from '../workflows/process-orders-input.js';
import { chargingOutside } from './charge-outside.js';
import type { CheckpointStores } from './checkpoint-stores.js';
import { decideFor, refuseUnchargeable } from './order-errors.js';
import { countVisits, type OrderSurroundings, tellVisits, visitOrders } from './order-visits.js';
import { pacing } from './pace.js';

export interface RunOfOrders extends ProcessOrders {
  readonly runId: string;
}

/** A partition's part of the orders, and how many it has. */
export interface OrdersRange {
  readonly after: number | null;
  readonly upTo: number;
  readonly total: number;
}

interface BatchOfOrders extends RunOfOrders {
  readonly selection: Selection;
  readonly from: BatchStart<RowCursor>;
}

/** What Workflows call: names and types in one place. */
export interface OrderActivities {
  selectOrders(run: Pick<RunOfOrders, 'runId' | 'range'>): Promise<Selection>;
  divideOrders(run: Divided): Promise<OrdersRange[]>;
  processBatch(batch: BatchOfOrders): Promise<Batch<RowCursor>>;
  reportOrders(run: { readonly runId: string }): Promise<OrdersReport>;
  processOrders(input: IterationInput<RunOfOrders>): Promise<IterationOutcome<RowCursor>>;
}

/** What is divided, and into how many parts at the most. */
type Divided = Pick<RunOfOrders, 'runId'> & { readonly partitions: number };

/** A gateway that is away says as little of an order as a database that is. */
const isOutage = (error: unknown): boolean => isDatabaseOutage(error) || error instanceof PaymentGatewayAway;

type OrdersContext = ItemContext<RowCursor, Transaction | null>;

export function orderActivities(
  pool: Pool,
  around: OrderSurroundings,
  stores: Pick<CheckpointStores, 'named'>,
): OrderActivities {
  /** What became of a transaction's orders, until it is committed and may be told. */
  const untold = new WeakMap<SelectedOrder[], Visit[]>();

  const keepPace = pacing(pool);

  /** A partition's were counted when the run was divided. */
  const select = async ({ runId, range }: Pick<RunOfOrders, 'runId' | 'range'>): Promise<Selection> =>
    range === undefined ? selectOrders(pool, runId) : { upTo: range.upTo, total: range.total };

  const ordersOf = (run: RunOfOrders, { upTo }: Selection): Enumerator<SelectedOrder[], RowCursor> => {
    const { runId, batchSize, range } = run;
    const within = range === undefined ? {} : { within: range };
    const orders = rowBatches<SelectedOrder>(pool, selectedOrders({ runId, upTo }), {
      ...{ by: ['orderId'], batchSize },
      ...within,
    });
    return keepPace(orders, run);
  };

  const charge = async (
    orders: SelectedOrder[],
    run: RunOfOrders,
    { stopping, transaction }: OrdersContext,
  ): Promise<Counts> => {
    const { runId, itemMs, onError } = run;
    if (onError === 'fail') refuseUnchargeable(orders);
    const visits = await visitOrders(around, {
      ...{ runId, orders, itemMs, stopping },
      chargeOutside: chargingOutside(run),
      charge: (due) => chargeOrders(transaction ?? pool, due),
    });
    untold.set(orders, visits);
    return countVisits(visits);
  };

  const recordFailed = (
    orders: SelectedOrder[],
    reason: string,
    { runId }: RunOfOrders,
    { transaction }: OrdersContext,
  ): Promise<void> =>
    markOrdersFailed(transaction ?? pool, { runId, reason, orderIds: orders.map(({ orderId }) => orderId) });

  const tell = (
    orders: SelectedOrder[],
    { runId }: RunOfOrders,
    { checkpoint, stopping }: IterationContext<RowCursor>,
  ): Promise<void> | undefined => {
    const visits = untold.get(orders) ?? [];
    untold.delete(orders);
    const orderId = typeof checkpoint === 'number' ? checkpoint : null;
    return tellVisits(
      around,
      { runId, visits, checkpoint: orderId, keepsCursor: true },
      { orders, stopping },
    );
  };

  return {
    selectOrders: (run) => workOnce(async () => telling(await select(run)), { isOutage }),

    divideOrders: ({ runId, partitions }) =>
      workOnce(
        async () => {
          const { upTo } = await selectOrders(pool, runId);
          const ranges = await rowRanges(pool, selectedOrders({ runId, upTo }), {
            ...{ by: ['orderId'], partitions },
          });
          return ranges.map((range) => ({
            after: range.after === null ? null : Number(range.after),
            upTo: Number(range.upTo),
            total: range.total,
          }));
        },
        { isOutage },
      ),

    processBatch: (run) =>
      workBatch<SelectedOrder[], RowCursor, Transaction | null>({
        from: run.from,
        enumerator: ordersOf(run, run.selection),
        eachIteration: (orders, context) => charge(orders, run, context),
        afterIteration: (orders, context) => tell(orders, run, context),
        checkpointEvery: run.checkpointEvery,
        total: run.selection.total,
        store: stores.named(run.store),
        onError: (error) => decideFor(error, run.onError),
        onSkipped: (orders, reason, context) => recordFailed(orders, reason, run, context),
        isOutage,
      }),

    reportOrders: ({ runId }) => workOnce(() => reportOrders(pool, { runId }), { isOutage }),

    processOrders: iteration<RunOfOrders, SelectedOrder[], RowCursor, Selection, Transaction | null>({
      select: async (run) => {
        const selection = await select(run);
        return { selection, total: selection.total };
      },
      buildEnumerator: (run, selection) => ordersOf(run, selection),
      eachIteration: charge,
      afterIteration: tell,
      onComplete: async ({ runId, range }) =>
        // A partition's part is in the report of the whole.
        range === undefined ? { ...(await reportOrders(pool, { runId })) } : null,
      checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
      maxRuntimeMs: ({ maxRuntimeMs }) => maxRuntimeMs ?? Number.POSITIVE_INFINITY,
      onError: (error, _, { onError }) => decideFor(error, onError),
      onSkipped: recordFailed,
      store: ({ store }) => stores.named(store),
      isOutage,
    }),
  };
}
