/**
 * The customers and months of generate-reports in memory: what the Workflows' tests use in place of Postgres.
 *
 * Only the database is a stand-in: cursors, interruptions, heartbeats and error counts are the real `iteration` and `workBatch`, over the
 * same nested enumerator.
 */
import type { ReportActivities, ReportCursor, RunOfReports } from '../../src/activities/generate-reports.js';
import { type Counts, noCounts } from '../../src/continuation/checkpoint.js';
import {
  batched,
  type Enumerator,
  iteration,
  keysetRows,
  type Nested,
  nested,
  workBatch,
} from '../../src/continuation/iteration/index.js';
import type { CountedReportSelection } from '../../src/orders/report.js';

type Months = readonly Nested<number, string>[];

export interface ReportsBook extends ReportActivities {
  /** `42/1997-03`, in the order of the visits, over all workers. */
  readonly visited: string[];
  readonly calls: { select: number; summarise: number };
  /** The months of each customer; a test may add and remove. */
  readonly customers: Map<number, string[]>;
}

export interface ReportsBookOptions {
  readonly customers: Readonly<Record<number, readonly string[]>>;
  /** Called with the month in hand, before it is written. What it throws is the visit's error. */
  readonly inHand?: (place: string, stopping: AbortSignal) => Promise<void> | void;
}

export function reportsBook({ customers: given, inHand }: ReportsBookOptions): ReportsBook {
  const customers = new Map(Object.entries(given).map(([id, months]) => [Number(id), [...months]]));
  const visited: string[] = [];
  const calls = { select: 0, summarise: 0 };

  const select = (): CountedReportSelection => {
    calls.select += 1;
    const total = [...customers.values()].reduce((sum, months) => sum + months.length, 0);
    return { upToOrder: 0, selectedAt: '1997-01-01', total };
  };
  const summarise = () => {
    calls.summarise += 1;
    const months = new Set(visited).size;
    return {
      customers: customers.size,
      months,
      orders: months,
      cents: 0,
      failed: 0,
      revisited: visited.length - months,
    };
  };
  const monthsOf = ({ batchSize }: RunOfReports): Enumerator<Months, ReportCursor> =>
    batched(
      nested(keysetRows(sorted([...customers.keys()])), (id) => keysetRows(sorted(customers.get(id) ?? []))),
      batchSize,
    );
  const visit = async (months: Months, stopping: AbortSignal): Promise<Counts> => {
    const counts = { ...noCounts };
    for (const [customer, month] of months) {
      const place = `${customer}/${month}`;
      await inHand?.(place, stopping);
      if (visited.includes(place)) counts.revisited += 1;
      visited.push(place);
      counts.processed += 1;
    }
    return counts;
  };

  return {
    ...{ visited, calls, customers },
    divideCustomers: async () => [],
    selectReports: async () => select(),
    writeReportBatch: (batch) =>
      workBatch({
        from: batch.from,
        enumerator: monthsOf(batch),
        eachIteration: (months, { stopping }) => visit(months, stopping),
        checkpointEvery: batch.checkpointEvery,
        total: batch.selection.total,
      }),
    summariseReports: async () => summarise(),
    generateReports: iteration<RunOfReports, Months, ReportCursor, CountedReportSelection>({
      select: async () => {
        const selection = select();
        return { selection, total: selection.total };
      },
      buildEnumerator: monthsOf,
      eachIteration: (months, _run, { stopping }) => visit(months, stopping),
      onComplete: async () => summarise(),
      checkpointEvery: ({ checkpointEvery }) => checkpointEvery,
    }),
  };
}

/** Keys as a table would be read: those strictly after the cursor, in order, as they are now. */
function sorted<Key extends number | string>(keys: readonly Key[]) {
  return {
    readAfter: async (after: Key | null, limit: number) =>
      keys
        .filter((key) => after === null || key > after)
        .toSorted((a, b) => (a < b ? -1 : 1))
        .slice(0, limit),
    cursorOf: (key: Key) => key,
  };
}
