/** What a worker's lines say of committed work, whatever job it is of. Pure. */
import type { ReportCursor, ReportsTold } from '../activities/generate-reports.js';
import type { VisitsTold } from '../activities/order-visits.js';
import type { Visit } from '../orders/order.js';
import type { MetReport } from '../orders/report.js';

/** One transaction's work, in the words of its job. */
export interface ToldWork {
  readonly runId: string;
  /** What the numbers are of: orders, or customers. */
  readonly numbered: 'orders' | 'customers';
  readonly numbers: readonly number[];
  /** What became of so many: orders are done also where they failed, months reported where they did not. */
  readonly outcome: 'done' | 'months reported';
  readonly count: number;
  readonly failed: number;
  /** Each item in a line of its own. */
  readonly lines: readonly string[];
  /** Where a crash right then would resume; null: from the beginning. */
  readonly checkpoint: string | null;
}

export function wordsOf(told: VisitsTold | ReportsTold): ToldWork {
  return 'visits' in told ? wordsOfVisits(told) : wordsOfReports(told);
}

function wordsOfVisits({ runId, visits, checkpoint }: VisitsTold): ToldWork {
  return {
    runId,
    numbered: 'orders',
    numbers: visits.map(({ orderId }) => orderId),
    outcome: 'done',
    count: visits.length,
    failed: visits.filter(({ outcome }) => outcome === 'failed').length,
    lines: visits.map(describeVisit),
    checkpoint: checkpoint === null ? null : String(checkpoint),
  };
}

function wordsOfReports({ runId, reports, checkpoint }: ReportsTold): ToldWork {
  const failed = reports.filter((report) => 'reason' in report).length;
  return {
    runId,
    numbered: 'customers',
    numbers: reports.map(({ customerId }) => customerId),
    outcome: 'months reported',
    count: reports.length - failed,
    failed,
    lines: reports.map(describeReport),
    checkpoint: checkpoint === null ? null : shortPlace(checkpoint),
  };
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

/** `42/1997-03` within a customer, `42` after one. */
function shortPlace({ after, within }: ReportCursor): string {
  return within === null ? String(after) : `${within.parent}/${within.inner}`;
}

export function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
