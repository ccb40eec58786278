import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Batch, IterationOutcome, RunProgress, RunResult } from '../../src/continuation/checkpoint.js';
import { describeFailure } from '../../src/continuation/inspection/index.js';
import { maximumFruitlessInterruptions } from '../../src/continuation/steps/index.js';
import { demo } from '../../src/continuation/timing.js';
import type { ProcessOrders } from '../../src/workflows/process-orders-input.js';
import { aBatch, aCheckpoint } from '../continuation/some-checkpoints.js';
import { type OrdersBookOptions, ordersBook } from './orders-book.js';
import { ownTimeSkipping } from './own-time-skipping.js';
import { type RunningTestWorker, taskQueue } from './time-skipping.js';
import { untilAborted } from './until-aborted.js';

const workflowTypes = { step: 'processOrdersInSteps', enumerator: 'processOrdersByEnumerator' } as const;
type Pattern = keyof typeof workflowTypes;

const allOrders = Array.from({ length: 61 }, (_, index) => index + 1);

const server = ownTimeSkipping('../../src/workflows/index.ts');

interface Settings {
  readonly checkpointEvery?: number;
  readonly historyLimit?: number;
  readonly retryMs?: number;
}

function startRun(
  pattern: Pattern,
  { checkpointEvery = 10, historyLimit = 1_000, retryMs = 50 }: Settings = {},
) {
  const timing = {
    ...demo,
    historyLimit,
    heartbeatTimeoutMs: 2_000,
    retryInitialMs: retryMs,
    retryMaximumMs: retryMs,
  };
  const input: ProcessOrders = { batchSize: 1, checkpointEvery, itemMs: 0, timing };
  return server.environment.client.workflow.start(workflowTypes[pattern], {
    taskQueue,
    workflowId: `orders-${pattern}-${randomUUID()}`,
    args: [input],
    // A Workflow Task that was handed to a worker just as it stopped would otherwise wait 10 s.
    workflowTaskTimeout: '1 second',
  });
}

type Run = Awaited<ReturnType<typeof startRun>>;

const resultOf = (run: Run): Promise<RunResult> => run.result();

/** What the failures of a chain keep in their details. */
function keptIn(failure: unknown): unknown[] {
  if (!(failure instanceof Error)) return [];
  const details = failure instanceof ApplicationFailure ? (failure.details ?? []) : [];
  return [...details, ...keptIn(failure.cause)];
}

const failureOf = async (run: Run): Promise<unknown> => {
  const error = await run.result().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof WorkflowFailedError ? error.cause : error;
};

interface Interrupted {
  readonly pattern: Pattern;
  /** The worker is stopped while each of these orders is in hand, and a next one started. */
  readonly stopAt: readonly number[];
  readonly settings?: Settings;
  readonly book?: Partial<OrdersBookOptions>;
}

async function startInterruptedRun({ pattern, stopAt, settings, book: options }: Interrupted) {
  const left = new Set(stopAt);
  const book = ordersBook({
    pending: 61,
    ...options,
    inHand: (orderId, stopping) => {
      if (!left.delete(orderId)) return options?.inHand?.(orderId, stopping);
      worker = replaced(worker);
      return untilAborted(stopping);
    },
  });
  const replaced = async (before: Promise<RunningTestWorker>) => {
    await (await before).stop();
    return server.startWorker(book);
  };
  let worker = server.startWorker(book);
  await worker;
  return { run: await startRun(pattern, settings), book };
}

describe.each(['step', 'enumerator'] as const)('process-orders in the %s pattern', (pattern) => {
  it('processes every order once, and fails the one that can’t be charged without stopping', async () => {
    const book = ordersBook({ pending: 61, unchargeable: 40 });
    await server.startWorker(book);

    const result = await resultOf(await startRun(pattern));

    expect(book.visited).toEqual(allOrders);
    expect(result).toMatchObject({
      total: 61,
      counts: { processed: 60, failed: 1, revisited: 0 },
      cursor: 61,
      resumptionCount: 0,
      executions: 1,
      result: { orders: 60 },
    });
  });

  it('completes at once where nothing is pending', async () => {
    await server.startWorker(ordersBook({ pending: 0 }));

    const result = await resultOf(await startRun(pattern));

    expect(result).toMatchObject({
      total: 0,
      counts: { processed: 0, failed: 0, revisited: 0 },
      cursor: null,
    });
  });

  it('goes on at 24 after its worker was stopped at 23, and meets nothing again', async () => {
    const { run, book } = await startInterruptedRun({ pattern, stopAt: [23] });

    const result = await resultOf(run);

    expect(book.visited).toEqual(allOrders);
    expect(result.counts).toEqual({ processed: 61, failed: 0, revisited: 0 });
    expect(result.resumptions).toEqual([{ resumedAfter: 23, source: 'history', attempt: 1, revisited: 0 }]);
  });

  it('survives a worker stopped at every single order; at the last one it is done and not interrupted', async () => {
    const { run, book } = await startInterruptedRun({
      pattern,
      stopAt: [1, 2, 3],
      book: { pending: 3 },
    });

    const result = await resultOf(run);

    expect(book.visited).toEqual([1, 2, 3]);
    expect(result).toMatchObject({
      counts: { processed: 3, failed: 0, revisited: 0 },
      cursor: 3,
      resumptionCount: 2,
    });
  });

  it('carries cursor and counts exactly through continue-as-new', async () => {
    const { run, book } = await startInterruptedRun({
      pattern,
      stopAt: [7, 23, 24, 50],
      settings: { historyLimit: 5 },
      book: { unchargeable: 40 },
    });

    const result = await resultOf(run);

    expect(book.visited).toEqual(allOrders);
    expect(result).toMatchObject({
      total: 61,
      counts: { processed: 60, failed: 1, revisited: 0 },
      cursor: 61,
      result: { orders: 60 },
    });
    expect(result.resumptions.map(({ resumedAfter }) => resumedAfter)).toEqual([7, 23, 24, 50]);
    expect(result.executions).toBeGreaterThan(4);
  });

  it('counts and reports once, however often it continues as new', async () => {
    const { run, book } = await startInterruptedRun({
      pattern,
      stopAt: [7, 23, 50],
      settings: { historyLimit: 5 },
    });

    await run.result();

    expect(book.calls).toEqual({ select: 1, report: 1 });
  });

  it('keeps to what was selected at its start: an order that comes later is not its business', async () => {
    const book = ordersBook({
      pending: 61,
      inHand: (orderId) => (orderId === 23 ? book.add(62) : undefined),
    });
    await server.startWorker(book);

    const result = await resultOf(await startRun(pattern));

    expect(book.visited).toEqual(allOrders);
    expect(result.total).toBe(61);
  });

  it('waits out a retry’s backoff of an hour, and this test takes less than 5 s', async () => {
    const startedMs = performance.now();
    const startedThere = await server.environment.currentTimeMs();
    let failures = 1;
    const inHand = (orderId: number) => {
      if (orderId === 1 && failures-- > 0) throw new Error('refused');
    };
    const book = ordersBook({ pending: 61, inHand });
    await server.startWorker(book);

    const result = await resultOf(await startRun(pattern, { retryMs: 3_600_000 }));

    expect(result).toMatchObject({
      counts: { processed: 61 },
      resumptions: [{ resumedAfter: null, attempt: 2 }],
    });
    expect((await server.environment.currentTimeMs()) - startedThere).toBeGreaterThanOrEqual(3_600_000);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('goes on with its progress after an error, and starts at the failed order', async () => {
    let failures = 1;
    const inHand = (orderId: number) => {
      if (orderId === 24 && failures-- > 0) throw new Error('refused');
    };
    const book = ordersBook({ pending: 61, inHand });
    await server.startWorker(book);

    const result = await resultOf(await startRun(pattern));

    expect(book.visited).toEqual(allOrders);
    expect(result.counts).toEqual({ processed: 61, failed: 0, revisited: 0 });
  });

  it('fails after the same error five times at the same order, and its cursor stands in the failure', async () => {
    let tries = 0;
    const inHand = (orderId: number) => {
      if (orderId !== 24) return;
      tries += 1;
      throw new Error('refused');
    };
    const book = ordersBook({ pending: 61, inHand });
    await server.startWorker(book);

    const failure = await failureOf(await startRun(pattern, { checkpointEvery: 23 }));

    expect(failure instanceof Error && describeFailure(failure)).toBe(
      'The same error came 5 times at cursor 23: refused',
    );
    expect(keptIn(failure)).toContainEqual(expect.objectContaining({ cursor: 23 }));
    expect(tries).toBe(5);
    expect(book.visited.at(-1)).toBe(23);
  });

  it.each([1_000, 1])(
    'that is interrupted again and again without progress fails loudly (history limit %i)',
    async (historyLimit) => {
      let scheduled = 0;
      const stuckBatch = async (): Promise<Batch> => {
        scheduled += 1;
        return aBatch({ kind: 'interrupted', cursor: 23, counts: { processed: 0, failed: 0, revisited: 0 } });
      };
      const stuckIteration = async (): Promise<IterationOutcome> => {
        scheduled += 1;
        const checkpoint = aCheckpoint({ cursor: 23, sequence: 23 });
        return { type: 'leftoff.iteration', kind: 'interrupted', reason: 'worker stopping', checkpoint };
      };
      await server.startWorker({
        ...ordersBook({ pending: 61 }),
        processBatch: stuckBatch,
        processOrders: stuckIteration,
      });

      const failure = await failureOf(await startRun(pattern, { historyLimit }));

      expect(failure).toMatchObject({ type: 'NoProgressError', nonRetryable: true });
      expect(failure).toHaveProperty('message', expect.stringContaining('without getting further'));
      expect(scheduled).toBe(1 + maximumFruitlessInterruptions + 1);
    },
  );

  it('ends as cancelled when it is cancelled, with the order in hand done', async () => {
    let run: Run | null = null;
    const inHand = async (orderId: number, stopping: AbortSignal) => {
      if (orderId !== 23) return;
      await run?.cancel();
      await untilAborted(stopping);
    };
    const book = ordersBook({ pending: 61, inHand });
    run = await startRun(pattern);
    await server.startWorker(book);

    const failure = await failureOf(run);

    expect(failure).toHaveProperty('name', 'CancelledFailure');
    expect(book.visited.at(-1)).toBe(23);
  });
});

describe('the progress query', () => {
  it('tells the step, its last checkpoint and the counts while a batch is in hand', async () => {
    const asked: { progress: RunProgress | null } = { progress: null };
    let run: Run | null = null;
    const inHand = async (orderId: number) => {
      if (orderId === 25) asked.progress = (await run?.query<RunProgress>('progress')) ?? null;
    };
    run = await startRun('step');
    await server.startWorker(ordersBook({ pending: 61, inHand }));

    await run.result();

    expect(asked.progress).toEqual({
      step: 'process',
      cursor: 20,
      counts: { processed: 20, failed: 0, revisited: 0 },
      total: 61,
      checkpoints: 2,
      resumptionCount: 0,
      executions: 1,
    });
  });

  it('tells an enumerator’s last checkpoint in history', async () => {
    const asked: { progress: RunProgress | null } = { progress: null };
    const inHand = async (orderId: number) => {
      if (orderId === 30) asked.progress = await run.query<RunProgress>('progress');
    };
    const { run } = await startInterruptedRun({ pattern: 'enumerator', stopAt: [23], book: { inHand } });

    await run.result();

    expect(asked.progress).toMatchObject({
      step: 'processOrders',
      cursor: 23,
      counts: { processed: 23 },
      total: 61,
    });
  });

  it.each(['step', 'enumerator'] as const)(
    'tells the end of a run that has ended, in the %s pattern',
    async (pattern) => {
      await server.startWorker(ordersBook({ pending: 61 }));
      const run = await startRun(pattern);
      await run.result();

      const progress = await run.query<RunProgress>('progress');

      expect(progress).toMatchObject({ counts: { processed: 61, failed: 0, revisited: 0 }, total: 61 });
    },
  );
});
