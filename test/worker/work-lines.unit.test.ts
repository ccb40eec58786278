import { describe, expect, it } from 'vitest';
import type { ReportsTold } from '../../src/activities/generate-reports.js';
import type { Visit } from '../../src/orders/order.js';
import { WorkLines } from '../../src/worker/work-lines.js';

const charged = (orderId: number): Visit => ({
  ...{ orderId, outcome: 'processed', revisited: false, chargedCents: 2_933, reason: null },
});

function linesOf(
  ...visits: readonly {
    readonly atMs: number;
    readonly visit: Visit;
    readonly runId?: string;
    readonly checkpoint?: number;
  }[]
) {
  const written: string[] = [];
  let nowMs = 0;
  const lines = new WorkLines(
    (line) => written.push(line),
    () => nowMs,
  );
  for (const { atMs, visit, runId = 'run-1', checkpoint = null } of visits) {
    nowMs = atMs;
    lines.add({ runId, visits: [visit], checkpoint, keepsCursor: true });
  }
  lines.flush();
  return written;
}

describe('the lines of a worker', () => {
  it('tell of each order while they come slowly enough to read', () => {
    expect(linesOf({ atMs: 0, visit: charged(1) }, { atMs: 50, visit: charged(2) })).toEqual([
      'run-1  order 1 charged $29.33',
      'run-1  order 2 charged $29.33',
    ]);
  });

  it('name the checkpoint that a crash right then would resume after', () => {
    expect(linesOf({ atMs: 0, visit: charged(17), checkpoint: 16 })).toEqual([
      'run-1  order 17 charged $29.33 · checkpoint 16',
    ]);
  });

  it('sum orders up where they come too fast', () => {
    const fast = [1, 2, 3, 4].map((orderId) => ({ atMs: orderId, visit: charged(orderId) }));

    expect(linesOf(...fast)).toEqual(['run-1  order 1 charged $29.33', 'run-1  orders 2 to 4: 3 done']);
  });

  it('name the lowest and the highest order of a sum, in whatever order they came', () => {
    const late = [1, 10, 30, 10].map((orderId, atMs) => ({ atMs, visit: charged(orderId) }));

    expect(linesOf(...late)).toContain('run-1  orders 10 to 30: 3 done');
  });

  it('keep the sums of two runs apart', () => {
    const written = linesOf(
      { atMs: 0, visit: charged(1) },
      { atMs: 1, visit: charged(2) },
      { atMs: 2, visit: charged(3), runId: 'run-2' },
    );

    expect(written.slice(1)).toEqual(['run-1  orders 2 to 2: 1 done', 'run-2  orders 3 to 3: 1 done']);
  });
});

describe('the lines of a worker that writes reports', () => {
  const reported = (
    customerId: number,
    month: string,
    more: { revisited?: boolean; orders?: number } = {},
  ) => ({
    ...{ customerId, month, orders: 2, units: 3, totalCents: 5_821, revisited: false, ...more },
  });
  const linesOfReports = (...told: readonly Omit<ReportsTold, 'runId'>[]) => {
    const written: string[] = [];
    let nowMs = 0;
    const lines = new WorkLines(
      (line) => written.push(line),
      () => nowMs,
    );
    for (const each of told) {
      lines.add({ runId: 'run-1', ...each });
      nowMs += 1;
    }
    lines.flush();
    return written;
  };
  const within = { after: 41, within: { parent: 42, inner: '1997-03' } };

  it('tell of a month of a customer, and the checkpoint on both levels', () => {
    expect(linesOfReports({ reports: [reported(42, '1997-03')], checkpoint: within })).toEqual([
      'run-1  customer 42 · 1997-03: 2 orders, $58.21 · checkpoint 42/1997-03',
    ]);
  });

  it('name the customer alone as the checkpoint where the last month is done', () => {
    const reports = [reported(42, '1997-12', { revisited: true, orders: 1 })];

    expect(linesOfReports({ reports, checkpoint: { after: 42, within: null } })).toEqual([
      'run-1  customer 42 · 1997-12 met again: 1 order, $58.21, as before · checkpoint 42',
    ]);
  });

  it('say why a month could not be written, and count those in a sum', () => {
    const failed = { customerId: 42, month: '1997-04', reason: 'no such month' };

    expect(linesOfReports({ reports: [failed], checkpoint: within })).toEqual([
      'run-1  customer 42 · 1997-04 failed: no such month · checkpoint 42/1997-03',
    ]);
    expect(linesOfReports({ reports: [reported(42, '1997-03'), failed], checkpoint: null })).toEqual([
      'run-1  customers 42 to 42: 1 months reported, 1 failed',
    ]);
  });

  it('sum months up where they come too fast, or many in a transaction', () => {
    const reports = [reported(41, '1997-02'), reported(42, '1997-01'), reported(42, '1997-03')];

    expect(linesOfReports({ reports, checkpoint: within })).toEqual([
      'run-1  customers 41 to 42: 3 months reported · checkpoint 42/1997-03',
    ]);
  });
});
