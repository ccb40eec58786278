/**
 * The Activities of import-orders: the rows of a file into the orders, batch by batch.
 *
 * A1  A row that is rejected is an item that failed: under `skip`, the default, its reason is recorded and the run goes on.
 * A2  Under `fail` it fails the run, and its transaction with it: nothing of that batch is imported, nothing after it, and the
 *     cursor stays before it. But for a row whose very order is there already: that one is passed over, since nothing is
 *     missing. So a corrected file can be imported by a new run, which finds what the failed one had done.
 * A3  An import is known by its run's chain of executions, not by its id alone: see migration 0005.
 */
import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { Batch, BatchStart, Counts, IterationOutcome } from '../continuation/checkpoint.js';
import {
  type CsvCursor,
  type Enumerator,
  type ErrorDecision,
  fail,
  type ItemContext,
  type IterationContext,
  type IterationInput,
  iteration,
  retry,
  type Transaction,
  workBatch,
  workOnce,
} from '../continuation/iteration/index.js';
import { beginImport, begunImport, type ImportToBegin } from '../orders/begin-import.js';
import { countDoneRows } from '../orders/count-done-rows.js';
import { countRows } from '../orders/count-rows.js';
import { ImportOverError, importRows, type RowVerdict } from '../orders/import-rows.js';
import { importRowsOrNone, RowRejectedError } from '../orders/import-rows-or-none.js';
import { isOutage } from '../orders/is-outage.js';
import { judgeRow } from '../orders/judge-row.js';
import { keepFirstLook } from '../orders/keep-first-look.js';
import { type OrderItems, orderFileRows } from '../orders/order-file-rows.js';
import { type ImportReport, reportImport } from '../orders/report-import.js';
import type { ImportOrders } from '../workflows/import-orders-input.js';
import type { CheckpointStores } from './checkpoint-stores.js';
import { isCritical } from './order-errors.js';
import type { FaultSeam } from './order-visits.js';
import { pacing } from './pace.js';
import { pretendWork } from './pretend-work.js';

export interface RunOfImport extends ImportOrders {
  readonly runId: string;
}

/** What a run fixes at its start. */
interface BegunImport {
  readonly importId: number;
  /** Rows of the file, about; null: nobody knows. */
  readonly total: number | null;
}

interface BatchOfImport extends RunOfImport, BegunImport {
  readonly from: BatchStart<CsvCursor>;
}

/** What Workflows call: names and types in one place. */
export interface ImportActivities {
  beginImport(run: ImportToBegin): Promise<BegunImport>;
  importBatch(batch: BatchOfImport): Promise<Batch<CsvCursor>>;
  reportImport(run: { readonly importId: number; readonly read: number }): Promise<ImportReport>;
  importOrders(input: IterationInput<RunOfImport>): Promise<IterationOutcome<CsvCursor>>;
}

/** What is told after a commit. */
export interface ImportTold {
  readonly runId: string;
  /** In the order of their lines. */
  readonly verdicts: readonly RowVerdict[];
  /** The line that a new worker would resume after if this one were lost now; null: from the beginning. */
  readonly checkpoint: number | null;
}

export interface ImportSurroundings {
  /** Null unless the worker was told to take part in fault experiments; its positions are lines of the file. */
  readonly faultSeam: FaultSeam | null;
  /** Told after each commit. */
  readonly onImported: ((told: ImportTold) => void) | null;
}

type Run = RunOfImport & { readonly chain: string };

export function importActivities(
  pool: Pool,
  { faultSeam, onImported }: ImportSurroundings,
  stores: Pick<CheckpointStores, 'named'>,
): ImportActivities {
  /** What became of a transaction's rows, until it is committed and may be told. */
  const untold = new WeakMap<OrderItems, RowVerdict[]>();

  const keepPace = pacing(pool);

  const rowsOf = (run: RunOfImport, importId: number): Enumerator<OrderItems, CsvCursor> =>
    keepPace(
      orderFileRows(run.file, {
        ...{ importId, batchSize: run.batchSize },
        onBeginning: (look) => keepFirstLook(pool, { importId, file: run.file, look }),
      }),
      run,
    );

  const begin = async (run: ImportToBegin): Promise<BegunImport> => ({
    importId: await beginImport(pool, run),
    total: await countRows(run.file, Context.current().cancellationSignal),
  });

  const importItems = async (
    batch: OrderItems,
    { runId, itemMs, onError, file }: RunOfImport,
    { stopping, transaction }: ItemContext<CsvCursor, Transaction | null>,
  ): Promise<Counts> => {
    const work = { runId, importId: batch.importId, rows: batch.items.map(judgeRow) };
    if (faultSeam !== null) await faultSeam('item in hand', linesOf(batch), stopping);
    if (itemMs > 0) {
      // Not in the store's transaction, which is to begin after what takes long.
      const toDo = work.rows.length - (await countDoneRows(pool, work));
      await pretendWork(itemMs * toDo, stopping);
    }
    const verdicts =
      onError === 'fail'
        ? await importRowsOrNone({ pool, transaction, file }, work)
        : await importRows(transaction ?? pool, work);
    untold.set(batch, verdicts);
    return countVerdicts(verdicts);
  };

  const tell = async (
    batch: OrderItems,
    { runId }: RunOfImport,
    { checkpoint, stopping }: IterationContext<CsvCursor>,
  ): Promise<void> => {
    // The cursor has the line after the row.
    const line = checkpoint === null ? null : checkpoint.line - 1;
    onImported?.({ runId, verdicts: untold.get(batch) ?? [], checkpoint: line });
    if (faultSeam !== null) await faultSeam('committed', linesOf(batch), stopping);
  };

  const walk = iteration<Run, OrderItems, CsvCursor, Selection, Transaction | null>({
    select: async (run) => {
      const { importId, total } = await begin(run);
      return { selection: { importId }, total };
    },
    buildEnumerator: (run, { importId }) => rowsOf(run, importId),
    eachIteration: importItems,
    afterIteration: tell,
    onComplete: async (run, { checkpoint }) => {
      const importId = await begunImport(pool, run);
      return { ...(await reportImport(pool, { importId, read: checkpoint?.record ?? 0 })) };
    },
    onError: policy,
    checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
    maxRuntimeMs: ({ maxRuntimeMs }) => maxRuntimeMs ?? Number.POSITIVE_INFINITY,
    store: ({ store }) => stores.named(store),
    isOutage,
  });

  return {
    beginImport: (run) => workOnce(() => begin(run), { isOutage }),

    importBatch: (run) =>
      workBatch<OrderItems, CsvCursor, Transaction | null>({
        from: run.from,
        enumerator: rowsOf(run, run.importId),
        eachIteration: (batch, context) => importItems(batch, run, context),
        afterIteration: (batch, context) => tell(batch, run, context),
        onError: policy,
        checkpointEvery: run.checkpointEvery,
        total: run.total,
        store: stores.named(run.store),
        isOutage,
      }),

    reportImport: (run) => workOnce(() => reportImport(pool, run), { isOutage }),

    importOrders: (input) =>
      walk({ ...input, args: { ...input.args, chain: input.chain ?? input.args.runId } }),
  };
}

/** What a run of the enumerator's keeps from its start on. */
type Selection = { readonly importId: number };

/** A row that is to fail its run would be the same the next time; what else may happen, may pass. */
const policy = (error: unknown): ErrorDecision =>
  error instanceof RowRejectedError || error instanceof ImportOverError || isCritical(error) ? fail : retry();

function linesOf({ items }: OrderItems): number[] {
  return items.map(({ line }) => line);
}

function countVerdicts(verdicts: readonly RowVerdict[]): Counts {
  const processed = verdicts.filter(({ outcome }) => outcome === 'imported').length;
  const revisited = verdicts.filter((verdict) => verdict.revisited).length;
  return { processed, failed: verdicts.length - processed, revisited };
}
