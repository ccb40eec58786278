/**
 * The orders of process-orders in memory: what the Workflows' tests use in place of Postgres.
 *
 * Only the database is a stand-in: cursors, interruptions, heartbeats and error counts are the real `iteration` and `workBatch`.
 */
import { z } from 'zod';
import type { OrderActivities, RunOfOrders } from '../../src/activities/process-orders.js';
import { type Counts, noCounts } from '../../src/continuation/checkpoint.js';
import {
  iteration,
  keysetBatches,
  type RowCursor,
  workBatch,
} from '../../src/continuation/iteration/index.js';
import type { Selection } from '../../src/orders/order.js';

export interface OrdersBook extends OrderActivities {
  /** Ids in the order of their visits, over all workers. */
  readonly visited: number[];
  /** How often each step's query was made. */
  readonly calls: { select: number; report: number };
  /** Adds an order that is pending. */
  add(orderId: number): void;
}

export interface OrdersBookOptions {
  readonly pending: number;
  /** This order can't be charged. */
  readonly unchargeable?: number;
  /** Called with the order in hand, before it is charged. What it throws is the visit's error. */
  readonly inHand?: (orderId: number, stopping: AbortSignal) => Promise<void> | void;
  /** Called before a run's orders are selected. */
  readonly beforeSelect?: () => void;
}

interface Entry {
  readonly orderId: number;
  done: 'processed' | 'failed' | null;
}

const selectionSchema = z.object({ upTo: z.int(), total: z.int() });

export function ordersBook({ pending, unchargeable, inHand, beforeSelect }: OrdersBookOptions): OrdersBook {
  const entries: Entry[] = Array.from({ length: pending }, (_, index) => ({
    orderId: index + 1,
    done: null,
  }));
  const visited: number[] = [];
  const calls = { select: 0, report: 0 };

  const select = (): Selection => {
    calls.select += 1;
    beforeSelect?.();
    return { upTo: entries.at(-1)?.orderId ?? 0, total: entries.length };
  };
  const report = () => {
    calls.report += 1;
    const orders = entries.filter(({ done }) => done === 'processed').length;
    return { orders, cents: orders * 1_000, customers: orders, revisited: 0 };
  };
  const visit = async (batch: Entry[], stopping: AbortSignal): Promise<Counts> => {
    const counts = { ...noCounts };
    for (const entry of batch) {
      await inHand?.(entry.orderId, stopping);
      visited.push(entry.orderId);
      if (entry.done !== null) counts.revisited += 1;
      entry.done = entry.orderId === unchargeable ? 'failed' : 'processed';
      counts[entry.done] += 1;
    }
    return counts;
  };
  const ordersOf = (run: RunOfOrders, selection: Selection) =>
    keysetBatches<Entry, RowCursor>({
      readAfter: async (from, limit) =>
        entries
          .filter(({ orderId }) => orderId <= selection.upTo && (from === null || orderId > Number(from)))
          .slice(0, limit),
      cursorOf: ({ orderId }) => orderId,
      batchSize: run.batchSize,
      ...(typeof run.checkpointEvery === 'number' ? { pageSize: run.checkpointEvery } : {}),
    });

  return {
    visited,
    calls,
    add: (orderId) => entries.push({ orderId, done: null }),
    selectOrders: async () => select(),
    divideOrders: async () => {
      const { upTo, total } = select();
      return [{ after: null, upTo, total }];
    },
    processBatch: (batch) =>
      workBatch({
        from: batch.from,
        enumerator: ordersOf(batch, batch.selection),
        eachIteration: (item, { stopping }) => visit(item, stopping),
        checkpointEvery: batch.checkpointEvery,
        total: batch.selection.total,
      }),
    reportOrders: async () => report(),
    processOrders: iteration<RunOfOrders, Entry[], RowCursor, Selection>({
      select: async () => {
        const selection = select();
        return { selection, total: selection.total };
      },
      parseSelection: (json) => selectionSchema.parse(json),
      buildEnumerator: ordersOf,
      eachIteration: (item, _, { stopping }) => visit(item, stopping),
      onComplete: async () => report(),
      checkpointEvery: (run) => run.checkpointEvery,
    }),
  };
}
