import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/continuation/checkpoint.js';
import { demo } from '../../src/continuation/timing.js';
import type { GenerateReports } from '../../src/workflows/generate-reports-input.js';
import { ownTimeSkipping } from './own-time-skipping.js';
import { type ReportsBook, type ReportsBookOptions, reportsBook } from './reports-book.js';
import { taskQueue } from './time-skipping.js';
import { untilAborted } from './until-aborted.js';

const workflowTypes = { step: 'generateReportsInSteps', enumerator: 'generateReportsByEnumerator' } as const;
type Pattern = keyof typeof workflowTypes;

const customers = { 4: ['1997-01', '1997-02'], 8: ['1997-01', '1997-03', '1997-07'], 9: ['1997-02'] };
const places = ['4/1997-01', '4/1997-02', '8/1997-01', '8/1997-03', '8/1997-07', '9/1997-02'];
const within8 = { after: 4, within: { parent: 8, inner: '1997-03' } };

const server = ownTimeSkipping('../../src/workflows/index.ts');

async function resultOf(pattern: Pattern, settings: Partial<GenerateReports> = {}): Promise<RunResult> {
  const timing = { ...demo, heartbeatTimeoutMs: 2_000 };
  const input: GenerateReports = { batchSize: 1, checkpointEvery: 10, itemMs: 0, timing, ...settings };
  return server.environment.client.workflow.execute(workflowTypes[pattern], {
    taskQueue,
    workflowId: `reports-${pattern}-${randomUUID()}`,
    args: [input],
    workflowTaskTimeout: '1 second',
  });
}

/** The worker is stopped while this month is in hand, and the next one started after `meanwhile`. */
async function aBookInterruptedAt(
  place: string,
  meanwhile: (book: ReportsBook) => void = () => undefined,
  options: Partial<ReportsBookOptions> = {},
): Promise<ReportsBook> {
  let left = 1;
  const book = reportsBook({
    customers,
    ...options,
    inHand: async (inHand, stopping) => {
      if (inHand !== place || left === 0) return;
      left -= 1;
      void replace();
      await untilAborted(stopping);
    },
  });
  const worker = await server.startWorker(book);
  const replace = async (): Promise<void> => {
    await worker.stop();
    meanwhile(book);
    await server.startWorker(book);
  };
  return book;
}

describe.each(['step', 'enumerator'] as const)('generate-reports in the %s pattern', (pattern) => {
  it('reports each month of each customer once, and ends with the summary', async () => {
    const book = reportsBook({ customers });
    await server.startWorker(book);

    const result = await resultOf(pattern);

    expect(book.visited).toEqual(places);
    expect(book.calls).toEqual({ select: 1, summarise: 1 });
    expect(result).toMatchObject({
      ...{ total: 6, counts: { processed: 6, failed: 0, revisited: 0 }, resumptionCount: 0 },
      ...{ cursor: { after: 9, within: null }, result: { customers: 3, months: 6, revisited: 0 } },
    });
  });

  it('resumes within the customer that was in hand when its worker stopped, and meets nothing again', async () => {
    const book = await aBookInterruptedAt('8/1997-03');

    const result = await resultOf(pattern);

    expect(book.visited).toEqual(places);
    expect(result.resumptions).toEqual([
      { resumedAfter: within8, source: 'history', attempt: 1, revisited: 0 },
    ]);
    expect(result.counts).toEqual({ processed: 6, failed: 0, revisited: 0 });
  });

  it('goes on at the next customer where the one in the cursor was removed meanwhile', async () => {
    const book = await aBookInterruptedAt('8/1997-03', ({ customers }) => customers.delete(8));

    const result = await resultOf(pattern);

    expect(book.visited).toEqual([...places.slice(0, 4), '9/1997-02']);
    expect(result.counts).toMatchObject({ processed: 5, revisited: 0 });
  });

  it('counts as the run that it is a part of, where that is named', async () => {
    const runs: string[] = [];
    const book = reportsBook({ customers });
    const { summariseReports, generateReports } = book;
    await server.startWorker({
      ...book,
      summariseReports: (run: Parameters<typeof summariseReports>[0]) => {
        runs.push(run.runId);
        return summariseReports(run);
      },
      generateReports: (input: Parameters<typeof generateReports>[0]) => {
        runs.push(input.args.runId);
        return generateReports(input);
      },
    });

    await resultOf(pattern, { runId: 'the-whole' });

    expect(new Set(runs)).toEqual(new Set(['the-whole']));
  });
});
