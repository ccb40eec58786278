/**
 * The orders of import-orders in memory: what the Workflows' tests use in place of Postgres.
 *
 * Only the database is a stand-in: the file is read for real, and cursors, interruptions and error counts are the real
 * `iteration` and `workBatch`.
 */
import type { ImportActivities, RunOfImport } from '../../src/activities/import-orders.js';
import { type Counts, noCounts } from '../../src/continuation/checkpoint.js';
import { type CsvCursor, iteration, workBatch } from '../../src/continuation/iteration/index.js';
import { isOutage } from '../../src/orders/is-outage.js';
import { judgeRow } from '../../src/orders/judge-row.js';
import { type OrderItems, orderFileRows } from '../../src/orders/order-file-rows.js';

export interface ImportBook extends ImportActivities {
  /** Lines in the order of their visits, over all workers. */
  readonly visited: number[];
  /** The lines that became orders, and those that were rejected. */
  readonly imported: ReadonlySet<number>;
  readonly rejected: ReadonlySet<number>;
}

export interface ImportBookOptions {
  /** Called with the row in hand, before it is imported. */
  readonly inHand?: (line: number, stopping: AbortSignal) => Promise<void> | void;
}

export function importBook({ inHand }: ImportBookOptions = {}): ImportBook {
  const visited: number[] = [];
  const imported = new Set<number>();
  const rejected = new Set<number>();
  const importId = 1;

  const visit = async ({ items }: OrderItems, stopping: AbortSignal): Promise<Counts> => {
    const counts = { ...noCounts };
    for (const item of items) {
      await inHand?.(item.line, stopping);
      visited.push(item.line);
      if (imported.has(item.line) || rejected.has(item.line)) counts.revisited += 1;
      const isOrder = judgeRow(item).kind === 'order';
      (isOrder ? imported : rejected).add(item.line);
      counts[isOrder ? 'processed' : 'failed'] += 1;
    }
    return counts;
  };
  const report = (read: number) => ({
    ...{ read, imported: imported.size, rejected: rejected.size, revisited: 0 },
  });

  return {
    visited,
    imported,
    rejected,
    beginImport: async () => ({ importId, total: 10 }),
    importBatch: (run) =>
      workBatch({
        from: run.from,
        enumerator: orderFileRows(run.file, run),
        eachIteration: (batch, { stopping }) => visit(batch, stopping),
        checkpointEvery: run.checkpointEvery,
        total: run.total,
        isOutage,
      }),
    reportImport: async ({ read }) => report(read),
    importOrders: iteration<RunOfImport, OrderItems, CsvCursor, { readonly importId: number }>({
      select: async () => ({ selection: { importId }, total: 10 }),
      buildEnumerator: ({ file, batchSize }) => orderFileRows(file, { importId, batchSize }),
      eachIteration: (batch, _, { stopping }) => visit(batch, stopping),
      onComplete: async (_, { checkpoint }) => report(checkpoint?.record ?? 0),
      checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
      isOutage,
    }),
  };
}
