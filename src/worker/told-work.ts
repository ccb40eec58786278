/** What a worker's lines say of committed work, whatever job it is of. Pure. */
import type { ReportCursor, ReportsTold } from '../activities/generate-reports.js';
import type { ImportTold } from '../activities/import-orders.js';
import type { VisitsTold } from '../activities/order-visits.js';
import type { RowVerdict } from '../orders/import-rows.js';
import type { Visit } from '../orders/order.js';
import type { MetReport } from '../orders/report.js';

export type AnyTold = VisitsTold | ReportsTold | ImportTold;

/** One transaction's work, in the words of its job. */
export interface ToldWork {
  readonly runId: string;
  /** What `first` and `last` are numbers of. */
  readonly numbered: 'orders' | 'customers' | 'lines';
  readonly first: number;
  readonly last: number;
  /** What became of its items, in the order in which that is told. */
  readonly tallies: readonly Tally[];
  /** Of one item alone what became of it; null: there are more. */
  readonly only: string | null;
  /** Where a crash right then would resume; null: from the beginning. */
  readonly checkpoint: string | null;
}

export interface Tally {
  readonly count: number;
  readonly words: string;
  readonly told: 'always' | 'where there are any';
}

/** Null: of nothing there is nothing to say. */
export function wordsOf(told: AnyTold): ToldWork | null {
  if ('visits' in told) return wordsOfVisits(told);
  return 'reports' in told ? wordsOfReports(told) : wordsOfImport(told);
}

function wordsOfVisits({ runId, visits, checkpoint }: VisitsTold): ToldWork | null {
  return withItems(visits, ({ orderId }) => orderId, describeVisit, {
    ...{ runId, numbered: 'orders' },
    // Done are also those that failed.
    tallies: [
      always(visits.length, 'done'),
      ifAny(
        countOf(visits, ({ outcome }) => outcome === 'failed'),
        'failed',
      ),
    ],
    checkpoint: checkpoint === null ? null : String(checkpoint),
  });
}

function wordsOfReports({ runId, reports, checkpoint }: ReportsTold): ToldWork | null {
  const failed = countOf(reports, (report) => 'reason' in report);
  return withItems(reports, ({ customerId }) => customerId, describeReport, {
    ...{ runId, numbered: 'customers' },
    tallies: [always(reports.length - failed, 'months reported'), ifAny(failed, 'failed')],
    checkpoint: checkpoint === null ? null : shortPlace(checkpoint),
  });
}

function wordsOfImport({ runId, verdicts, checkpoint }: ImportTold): ToldWork | null {
  const rejected = countOf(verdicts, ({ outcome }) => outcome === 'rejected');
  return withItems(verdicts, ({ line }) => line, describeVerdict, {
    ...{ runId, numbered: 'lines' },
    tallies: [
      always(verdicts.length - rejected, 'imported'),
      always(rejected, 'rejected'),
      ifAny(
        countOf(verdicts, ({ revisited }) => revisited),
        'of them met again',
      ),
    ],
    checkpoint: checkpoint === null ? null : `line ${checkpoint}`,
  });
}

/** The lowest and the highest number, and the words of a single item: those of many are not read. */
function withItems<Item>(
  items: readonly Item[],
  numberOf: (item: Item) => number,
  describe: (item: Item) => string,
  work: Pick<ToldWork, 'runId' | 'numbered' | 'tallies' | 'checkpoint'>,
): ToldWork | null {
  const [only] = items;
  if (only === undefined) return null;
  const numbers = items.map(numberOf);
  return {
    ...work,
    first: numbers.reduce((least, number) => Math.min(least, number)),
    last: numbers.reduce((greatest, number) => Math.max(greatest, number)),
    only: items.length === 1 ? describe(only) : null,
  };
}

function countOf<Item>(items: readonly Item[], counts: (item: Item) => boolean): number {
  return items.filter(counts).length;
}

function always(count: number, words: string): Tally {
  return { count, words, told: 'always' };
}

function ifAny(count: number, words: string): Tally {
  return { count, words, told: 'where there are any' };
}

function describeVisit(visit: Visit): string {
  if (visit.revisited && visit.chargedCents > 0)
    return `order ${visit.orderId} charged AGAIN ${dollars(visit.chargedCents)}`;
  if (visit.revisited) return `order ${visit.orderId} met again: already ${visit.outcome}, no second effect`;
  if (visit.outcome === 'failed')
    return `order ${visit.orderId} failed: ${visit.reason ?? 'no reason given'}`;
  return `order ${visit.orderId} charged ${dollars(visit.chargedCents)}`;
}

function describeReport(report: MetReport): string {
  if ('reason' in report) return `customer ${report.customerId} · ${report.month} failed: ${report.reason}`;
  const { customerId, month, orders, totalCents, revisited } = report;
  const sums = `${orders} order${orders === 1 ? '' : 's'}, ${dollars(totalCents)}`;
  return `customer ${customerId} · ${month}${revisited ? ' met again' : ''}: ${sums}${revisited ? ', as before' : ''}`;
}

function describeVerdict(verdict: RowVerdict): string {
  const row = `line ${verdict.line}`;
  if (verdict.revisited) return `${row} met again: already ${verdict.outcome}, no second effect`;
  return verdict.outcome === 'rejected' ? `${row} rejected: ${verdict.reason}` : `${row} imported`;
}

/** `42/1997-03` within a customer, `42` after one. */
function shortPlace({ after, within }: ReportCursor): string {
  return within === null ? String(after) : `${within.parent}/${within.inner}`;
}

export function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
