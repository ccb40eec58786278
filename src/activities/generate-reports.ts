/**
 * The Activities of generate-reports: for each customer with orders, each month with orders, a report row.
 *
 * N1  Customers by id, and within each their months in order. The cursor has a level for each loop, so a run resumes within a customer;
 *     the place within one is applied to no other, whoever was added or removed meanwhile.
 * N2  The selection is fixed at the start: the orders up to the highest id then. What of it was deleted before its turn is passed over.
 * N3  Batches are of rows, not of customers: one may begin within a customer and end within another.
 * N4  A row that could not be written has the reason in its place, where the policy is to go on.
 */
import type { Pool } from 'pg';
import type { Batch, BatchStart, Counts, IterationOutcome } from '../continuation/checkpoint.js';
import {
  batched,
  type Enumerator,
  enumerator,
  type ItemContext,
  type IterationContext,
  type IterationInput,
  iteration,
  keysetRows,
  type NestedCursor,
  nested,
  type Transaction,
  workBatch,
  workOnce,
} from '../continuation/iteration/index.js';
import { telling } from '../continuation/selection.js';
import { customerRanges } from '../orders/customer-ranges.js';
import { isOutage } from '../orders/is-outage.js';
import { readCustomersAfter, readMonthsAfter } from '../orders/read-customer-months.js';
import type {
  CountedCustomerRange,
  CountedReportSelection,
  MetReport,
  ReportSelection,
  SelectedMonth,
} from '../orders/report.js';
import { selectReports } from '../orders/select-reports.js';
import { type ReportsSummary, summariseReports, sweepReports } from '../orders/summarise-reports.js';
import { recordFailedReports, writeReports } from '../orders/write-reports.js';
import type { GenerateReports } from '../workflows/generate-reports-input.js';
import type { CheckpointStores } from './checkpoint-stores.js';
import { decideFor } from './order-errors.js';
import type { FaultSeam } from './order-visits.js';
import { pacing } from './pace.js';
import { pretendWork } from './pretend-work.js';

export type { CountedCustomerRange } from '../orders/report.js';

/** A customer's id, and a month of theirs. */
export type ReportCursor = NestedCursor<number, string>;

export interface RunOfReports extends GenerateReports {
  readonly runId: string;
}

interface BatchOfReports extends RunOfReports {
  readonly selection: ReportSelection & { readonly total: number };
  readonly from: BatchStart<ReportCursor>;
}

/** What Workflows call: names and types in one place. */
export interface ReportActivities {
  /** For a run in partitions: what each of them reports on. */
  divideCustomers(run: { readonly partitions: number }): Promise<CountedCustomerRange[]>;
  selectReports(run: RunOfReports): Promise<CountedReportSelection>;
  writeReportBatch(batch: BatchOfReports): Promise<Batch<ReportCursor>>;
  summariseReports(run: Pick<RunOfReports, 'runId'>): Promise<ReportsSummary>;
  generateReports(input: IterationInput<RunOfReports>): Promise<IterationOutcome<ReportCursor>>;
}

/** What is told after a commit. */
export interface ReportsTold {
  readonly runId: string;
  readonly reports: readonly MetReport[];
  /** Where a new worker would go on if this one were lost now; null: from the beginning. */
  readonly checkpoint: ReportCursor | null;
}

export interface ReportSurroundings {
  /** Null unless the worker was told to take part in fault experiments. Its positions are customers. */
  readonly faultSeam: FaultSeam | null;
  /** Told after each commit. */
  readonly onReports: ((told: ReportsTold) => void) | null;
}

/** One transaction of rows, and the selection that they are of. */
interface DueReports {
  readonly selection: ReportSelection;
  readonly months: readonly SelectedMonth[];
}

type ReportsContext = ItemContext<ReportCursor, Transaction | null>;

export function reportActivities(
  pool: Pool,
  { faultSeam, onReports }: ReportSurroundings,
  stores: Pick<CheckpointStores, 'named'>,
): ReportActivities {
  /** What became of a transaction's rows, until it is committed and may be told. */
  const untold = new WeakMap<DueReports, MetReport[]>();

  const keepPace = pacing(pool);

  const select = ({ range }: RunOfReports): Promise<CountedReportSelection> =>
    range === undefined ? selectReports(pool) : Promise.resolve({ ...range.selection, total: range.total });

  const dueOf = (run: RunOfReports, selection: ReportSelection): Enumerator<DueReports, ReportCursor> => {
    const { runId, range = null } = run;
    const months = nested(
      keysetRows<number, number>({
        name: 'The customers',
        readAfter: (cursor, limit) => readCustomersAfter(pool, { selection, range }, { cursor, limit }),
        cursorOf: (customerId) => customerId,
      }),
      (customerId) =>
        keysetRows<SelectedMonth, string>({
          name: `The months of customer ${customerId}`,
          readAfter: (cursor, limit) =>
            readMonthsAfter(pool, { runId, selection, customerId }, { cursor, limit }),
          cursorOf: ({ month }) => month,
        }),
    );
    const batches = keepPace(batched(months, run.batchSize), run);
    return enumerator(async function* (cursor: ReportCursor | null, asked) {
      for await (const entry of batches.after(cursor, asked))
        yield 'notNow' in entry
          ? entry
          : { ...entry, item: { selection, months: entry.item.map(([, month]) => month) } };
    });
  };

  const write = async (
    due: DueReports,
    { runId, itemMs }: RunOfReports,
    { stopping, transaction }: ReportsContext,
  ): Promise<Counts> => {
    const { selection, months } = due;
    await faultSeam?.('item in hand', customersOf(due), stopping);
    const toDo = months.filter(({ done }) => !done).length;
    if (itemMs > 0 && toDo > 0) await pretendWork(itemMs * toDo, stopping);
    const reports = await writeReports(transaction ?? pool, { runId, selection, months });
    untold.set(due, reports);
    const revisited = reports.filter((report) => report.revisited).length;
    return { processed: reports.length, failed: 0, revisited };
  };

  const tell = async (
    due: DueReports,
    { runId }: RunOfReports,
    { checkpoint, stopping }: IterationContext<ReportCursor>,
  ): Promise<void> => {
    onReports?.({ runId, reports: untold.get(due) ?? [], checkpoint });
    await faultSeam?.('committed', customersOf(due), stopping);
  };

  const recordFailed = async (
    due: DueReports,
    reason: string,
    { runId }: RunOfReports,
    { transaction }: ReportsContext,
  ): Promise<void> => {
    const { selection, months } = due;
    await recordFailedReports(transaction ?? pool, { runId, selection, months, reason });
    // Also in place of what was written before its commit failed.
    untold.set(
      due,
      months.map(({ customerId, month }) => ({ customerId, month, reason })),
    );
  };

  const summarise = async (runId: string): Promise<ReportsSummary> => {
    await sweepReports(pool, runId);
    return summariseReports(pool, runId);
  };

  return {
    divideCustomers: ({ partitions }) => workOnce(() => customerRanges(pool, partitions), { isOutage }),

    selectReports: (run) => workOnce(async () => telling(await select(run)), { isOutage }),

    writeReportBatch: (run) =>
      workBatch<DueReports, ReportCursor, Transaction | null>({
        from: run.from,
        enumerator: dueOf(run, run.selection),
        eachIteration: (due, context) => write(due, run, context),
        afterIteration: (due, context) => tell(due, run, context),
        checkpointEvery: run.checkpointEvery,
        total: run.selection.total,
        store: stores.named(run.store),
        onError: (error) => decideFor(error, run.onError),
        onSkipped: (due, reason, context) => recordFailed(due, reason, run, context),
        isOutage,
      }),

    summariseReports: ({ runId }) => workOnce(() => summarise(runId), { isOutage }),

    generateReports: iteration<
      RunOfReports,
      DueReports,
      ReportCursor,
      CountedReportSelection,
      Transaction | null
    >({
      select: async (run) => {
        const selection = await select(run);
        return { selection, total: selection.total };
      },
      buildEnumerator: dueOf,
      eachIteration: write,
      afterIteration: tell,
      onComplete: async ({ runId, range }) =>
        // A partition's part is in the summary of the whole.
        range === undefined ? { ...(await summarise(runId)) } : null,
      checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
      store: ({ store }) => stores.named(store),
      maxRuntimeMs: ({ maxRuntimeMs }) => maxRuntimeMs ?? Number.POSITIVE_INFINITY,
      onError: (error, _due, { onError }) => decideFor(error, onError),
      onSkipped: recordFailed,
      isOutage,
    }),
  };
}

function customersOf({ months }: DueReports): number[] {
  return months.map(({ customerId }) => customerId);
}
