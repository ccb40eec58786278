import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/continuation/checkpoint.js';
import { readRun } from '../../src/continuation/inspection/index.js';
import { cancelRun, pauseRun, unpauseRun } from '../../src/continuation/operation/index.js';
import { demo } from '../../src/continuation/timing.js';
import type { ProcessOrders } from '../../src/workflows/process-orders-input.js';
import { aSignal } from '../continuation/a-signal.js';
import { type OrdersBook, type OrdersBookOptions, ordersBook } from './orders-book.js';
import { ownTimeSkipping } from './own-time-skipping.js';
import { taskQueue } from './time-skipping.js';
import { untilAborted } from './until-aborted.js';

const workflowTypes = { step: 'processOrdersInSteps', enumerator: 'processOrdersByEnumerator' } as const;
type Pattern = keyof typeof workflowTypes;
const patterns = ['step', 'enumerator'] as const;

const pending = 12;
const all = Array.from({ length: pending }, (_, index) => index + 1);
const dayMs = 86_400_000;

const server = ownTimeSkipping('../../src/workflows/index.ts');

const client = () => server.environment.client;

interface Started {
  readonly run: WorkflowHandle;
  readonly book: OrdersBook;
  readonly end: () => Promise<RunResult>;
}

/** A run whose orders are as the book says. */
async function startRun(
  pattern: Pattern,
  options: Partial<OrdersBookOptions> = {},
  { checkpointEvery = 5, historyLimit = 1_000 } = {},
): Promise<Started> {
  const book = ordersBook({ pending, ...options });
  await server.startWorker(book);
  const timing = { ...demo, historyLimit, heartbeatTimeoutMs: 2_000 };
  const input: ProcessOrders = { batchSize: 1, checkpointEvery, itemMs: 0, timing };
  const run = await client().workflow.start(workflowTypes[pattern], {
    taskQueue,
    workflowId: `orders-${pattern}-${randomUUID()}`,
    args: [input],
    workflowTaskTimeout: '1 second',
  });
  return { run, book, end: () => run.result() };
}

/** Holds the work at this order until the Activity is told to stop, or it is let go; tells when it is there. */
function holdingAt(orderId: number) {
  const { given: there, give: reached } = aSignal();
  const { given: free, give: letGo } = aSignal();
  let held = false;
  return {
    there,
    letGo,
    inHand: async (inHand: number, stopping: AbortSignal): Promise<void> => {
      if (inHand !== orderId || held) return;
      held = true;
      reached();
      await Promise.race([untilAborted(stopping), free]);
    },
  };
}

const stateOf = async ({ workflowId }: WorkflowHandle) => (await readRun(client(), workflowId)).state;

/** Whether a worker has answered for the run. */
async function hasAnswered(run: WorkflowHandle): Promise<boolean> {
  const { events } = await run.fetchHistory();
  return events?.some((event) => event.workflowTaskCompletedEventAttributes) === true;
}

const isState = (run: WorkflowHandle, state: string) =>
  expect.poll(() => stateOf(run), { timeout: 20_000, interval: 20 }).toBe(state);

describe.each(patterns)('a run of the %s pattern that is paused', (pattern) => {
  it('ends the item in hand, stands still, and goes on strictly after it: nothing is met again, and nothing resumed', async () => {
    const hold = holdingAt(7);
    const { run, book, end } = await startRun(pattern, hold);
    await hold.there;

    const asked = await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');
    const while_ = { visited: [...book.visited], cursor: (await readRun(client(), run.workflowId)).cursor };
    await unpauseRun(client(), run.workflowId);
    const result = await end();

    expect(asked).toEqual({ kind: 'taken', state: 'pausing' });
    expect(while_).toEqual({ visited: all.slice(0, 7), cursor: 7 });
    expect(book.visited).toEqual(all);
    expect(result).toMatchObject({ counts: { processed: pending, revisited: 0 }, resumptionCount: 0 });
  });

  it('stays paused for a day, by no timer, and whatever workers come and go', async () => {
    const hold = holdingAt(3);
    const { run, book, end } = await startRun(pattern, hold);
    await hold.there;
    await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');

    await server.stopWorkers();
    await server.startWorker(book);
    await server.environment.sleep(dayMs);
    const visitedByThen = [...book.visited];
    await unpauseRun(client(), run.workflowId);
    await end();

    expect(visitedByThen).toEqual([1, 2, 3]);
    expect(book.visited).toEqual(all);
  });

  it('may be paused again and again before it gets any further: it never fails for that', async () => {
    const times = 12;
    let stops = 0;
    let reached = (): void => undefined;
    const inHand = async (_: number, stopping: AbortSignal): Promise<void> => {
      if (stops >= times) return;
      stops += 1;
      reached();
      await untilAborted(stopping);
      // Cut short: the order is not done.
      throw stopping.reason;
    };
    const there = () =>
      new Promise<void>((resolve) => {
        reached = resolve;
      });
    let next = there();
    const { run, book, end } = await startRun(pattern, { inHand });
    for (let i = 0; i < times; i += 1) {
      await next;
      next = there();
      await pauseRun(client(), run.workflowId);
      await isState(run, 'paused');
      await unpauseRun(client(), run.workflowId);
    }
    const result = await end();

    expect(book.visited).toEqual(all);
    expect(result.counts).toEqual({ processed: pending, failed: 0, revisited: 0 });
  });

  it('goes on with what it has in hand where it is unpaused before that has stopped', async () => {
    const hold = holdingAt(4);
    const { run, book, end } = await startRun(pattern, hold);
    await hold.there;

    const asked = await Promise.all([
      pauseRun(client(), run.workflowId, { requestId: 'pause' }),
      run.executeUpdate('leftoff.unpause', { args: [{ requestId: 'unpause' }] }).catch(() => null),
    ]);
    if ((await stateOf(run)) !== 'running') await unpauseRun(client(), run.workflowId);
    // Unpaused soon enough, what is in hand is never told to stop.
    hold.letGo();
    await end();

    expect(asked[0].kind).not.toBe('refused');
    expect(book.visited).toEqual(all);
  });

  it('just as it completes does not hang: what is left of it comes when it is unpaused, or it has completed', async () => {
    const hold = holdingAt(pending);
    const { run, book, end } = await startRun(pattern, hold);
    await hold.there;

    await pauseRun(client(), run.workflowId);
    await expect.poll(() => stateOf(run), { timeout: 20_000 }).toMatch(/^(paused|completed)$/);
    const unpaused = await unpauseRun(client(), run.workflowId);
    const result = await end();

    expect(unpaused).toEqual(
      pattern === 'step'
        ? { kind: 'taken', state: 'running' }
        : { kind: 'refused', why: 'has completed already' },
    );
    expect(book.visited).toEqual(all);
    expect(result.counts).toEqual({ processed: pending, failed: 0, revisited: 0 });
  });

  it('is cancelled where it stands', async () => {
    const hold = holdingAt(5);
    const { run, book, end } = await startRun(pattern, hold);
    await hold.there;
    await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');

    const asked = await cancelRun(client(), run.workflowId);

    await expect.poll(() => stateOf(run), { timeout: 20_000 }).toBe('cancelled');
    await expect(end()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(asked).toEqual({ kind: 'taken', state: 'cancelling' });
    expect(book.visited).toEqual(all.slice(0, 5));
    expect((await readRun(client(), run.workflowId)).cursor).toBe(5);
  });

  it('does not continue as new while it is paused, also where its history is at its limit', async () => {
    const hold = holdingAt(6);
    const { run, book, end } = await startRun(pattern, hold, { checkpointEvery: 1, historyLimit: 1 });
    await hold.there;
    await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');
    const { runId } = await run.describe();

    await server.environment.sleep(1_000);
    const later = await run.describe();
    await unpauseRun(client(), run.workflowId);
    await end();

    expect(later.runId).toBe(runId);
    expect(book.visited).toEqual(all);
  });
});

describe.each(patterns)('a request to a run of the %s pattern', (pattern) => {
  it('is refused with its reason where it has ended, is not paused, or is paused already', async () => {
    const hold = holdingAt(2);
    const { run, end } = await startRun(pattern, hold);
    await hold.there;
    const unasked = await unpauseRun(client(), run.workflowId);
    await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');
    const again = await pauseRun(client(), run.workflowId);
    await unpauseRun(client(), run.workflowId);
    await end();
    const late = await pauseRun(client(), run.workflowId);

    expect(unasked).toEqual({ kind: 'refused', why: 'is not paused' });
    expect(again).toEqual({ kind: 'refused', why: 'is paused already' });
    expect(late).toEqual({ kind: 'refused', why: 'has completed already' });
  });

  it('is validated by the Workflow itself, and leaves nothing in history where it refuses', async () => {
    const hold = holdingAt(2);
    const { run, end } = await startRun(pattern, hold);
    await hold.there;

    const refused = run.executeUpdate('leftoff.unpause', { args: [{ requestId: 'a' }] });

    await expect(refused).rejects.toMatchObject({ cause: { type: 'RunControlRefused' } });
    const { events } = await run.fetchHistory();
    expect(events?.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toBe(false);
    await pauseRun(client(), run.workflowId);
    await isState(run, 'paused');
    await unpauseRun(client(), run.workflowId);
    await end();
  });

  it('that came while no worker was there holds before anything is done', async () => {
    const book = ordersBook({ pending });
    const timing = { ...demo, heartbeatTimeoutMs: 2_000 };
    const run = await client().workflow.start(workflowTypes[pattern], {
      taskQueue,
      workflowId: `orders-${pattern}-${randomUUID()}`,
      args: [{ batchSize: 1, checkpointEvery: 5, itemMs: 0, timing } satisfies ProcessOrders],
      workflowTaskTimeout: '1 second',
    });

    const asked = await pauseRun(client(), run.workflowId, { answerWithinMs: 0 });
    const recorded = await stateOf(run);
    await server.startWorker(book);
    await expect.poll(() => hasAnswered(run), { timeout: 20_000, interval: 20 }).toBe(true);
    const done = { visited: [...book.visited], calls: { ...book.calls } };
    await unpauseRun(client(), run.workflowId);
    await run.result();

    expect(asked).toEqual({ kind: 'recorded' });
    expect(recorded).toBe('pausing');
    expect(done).toEqual({ visited: [], calls: { select: 0, report: 0 } });
    expect(book.visited).toEqual(all);
  });
});
