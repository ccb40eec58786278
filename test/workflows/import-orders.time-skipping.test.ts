import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/continuation/checkpoint.js';
import { describeFailure } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import type { ImportOrders } from '../../src/workflows/import-orders-input.js';
import { orderFileOf } from '../orders/some-orders.js';
import { importBook } from './import-book.js';
import { ownTimeSkipping } from './own-time-skipping.js';
import { taskQueue } from './time-skipping.js';
import { untilAborted } from './until-aborted.js';

const workflowTypes = { step: 'importOrdersInSteps', enumerator: 'importOrdersByEnumerator' } as const;

/** Ten rows on the lines 2 to 11; the one on line 5 is broken. */
const rows = Array.from({ length: 10 }, (_, i) => `${i + 1},7,1997-01-18,${i === 3 ? 0 : 1},500`);
const allLines = rows.map((_, i) => i + 2);

const server = ownTimeSkipping('../../src/workflows/index.ts');
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leftoff-import-'));
  file = await orderFileOf(join(folder, 'orders.csv'), ...rows);
});

afterEach(async () => {
  await server.stopWorkers();
  await rm(folder, { recursive: true });
});

function startRun(pattern: keyof typeof workflowTypes, batchSize = 1) {
  const timing = { ...demo, heartbeatTimeoutMs: 2_000, retryInitialMs: 10, retryMaximumMs: 10 };
  const input: ImportOrders = { ...{ batchSize, checkpointEvery: 3, itemMs: 0, timing, file } };
  return server.environment.client.workflow.start(workflowTypes[pattern], {
    ...{ taskQueue, workflowId: `import-${pattern}-${randomUUID()}`, args: [input] },
    // A Workflow Task that was handed to a worker just as it stopped would otherwise wait 10 s.
    workflowTaskTimeout: '1 second',
  });
}

type Run = Awaited<ReturnType<typeof startRun>>;

const resultOf = (run: Run): Promise<RunResult> => run.result();

const failureOf = (run: Run): Promise<string | null> =>
  run.result().then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return describeFailure(error.cause ?? error);
    },
  );

/** The worker is told to stop while the row on this line is in hand, then `meanwhile`, then there is another worker. */
async function interruptedAt(
  pattern: keyof typeof workflowTypes,
  line: number,
  meanwhile: () => Promise<void> = async () => undefined,
) {
  let stopped: Promise<void> | null = null;
  const book = importBook({
    inHand: async (at, stopping) => {
      if (at !== line || stopped !== null) return;
      stopped = worker.stop();
      await untilAborted(stopping);
    },
  });
  const worker = await server.startWorker(book);
  const run = await startRun(pattern);
  await expect.poll(() => stopped, { interval: 5, timeout: 20_000 }).not.toBeNull();
  await stopped;
  await meanwhile();
  await server.startWorker(book);
  return { run, book };
}

describe.each(['step', 'enumerator'] as const)('import-orders in the %s pattern', (pattern) => {
  it('accounts for every row once: imported and rejected are what it read', async () => {
    const book = importBook();
    await server.startWorker(book);

    const { counts, total, result, cursor } = await resultOf(await startRun(pattern, 4));

    expect(book.visited).toEqual(allLines);
    expect({ counts, total }).toEqual({ counts: { processed: 9, failed: 1, revisited: 0 }, total: 10 });
    expect(result).toEqual({ read: 10, imported: 9, rejected: 1, revisited: 0 });
    expect(cursor).toMatchObject({ record: 10 });
    expect([...book.rejected]).toEqual([5]);
  });

  it('goes on in the middle of the file when its worker was stopped, and meets no row again', async () => {
    const { run, book } = await interruptedAt(pattern, 7);

    expect(await resultOf(run)).toMatchObject({ counts: { processed: 9, failed: 1, revisited: 0 } });
    expect(book.visited).toEqual(allLines);
  });

  it('fails where the file was changed meanwhile, says what to do, and keeps its place', async () => {
    const { run, book } = await interruptedAt(pattern, 7, () => appendFile(file, '11,7,1997-01-18,1,500\n'));

    expect(await failureOf(run)).toMatch(
      /had \d+ bytes when the run's cursor was made.* or start a new run\./s,
    );
    expect(Math.max(...book.visited)).toBe(7);
  });

  it('fails where the file has gone, and says that every worker must be able to read it', async () => {
    const { run, book } = await interruptedAt(pattern, 7, () => rm(file));

    expect(await failureOf(run)).toMatch(/isn't there any more.*where every worker can read it/s);
    expect(Math.max(...book.visited)).toBe(7);
  });

  it.each([
    ['another header', 'id,cents\n1,500\n', /line 1: the header is \["id","cents"\].*Correct the file/],
    ['no header even', '', /is empty, without a header even/],
    ['blank lines alone', '\n\r\n\n', /is empty, without a header even/],
    ['a byte order mark alone', '\ufeff', /is empty, without a header even/],
  ])('fails at once for a file with %s', async (_, text, words) => {
    const book = importBook();
    await server.startWorker(book);
    await writeFile(file, text);

    expect(await failureOf(await startRun(pattern))).toMatch(words);
    expect(book.visited).toEqual([]);
  });

  it('completes for a file with a header alone, even without a line end', async () => {
    await server.startWorker(importBook());
    await writeFile(file, 'order_id,customer_id,ordered_on,units,total_cents');

    expect(await resultOf(await startRun(pattern))).toMatchObject({ result: { read: 0 } });
  });

  it('does not wait for ever for a file that was never there', async () => {
    await server.startWorker(importBook());
    await rm(file);

    expect(await failureOf(await startRun(pattern))).toMatch(/can't be read: ENOENT/);
  });
});
