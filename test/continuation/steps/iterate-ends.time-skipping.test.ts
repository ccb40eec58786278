/** How a run of an iteration ends that doesn't complete, and what it keeps for whoever starts it again. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IterationOutcome } from '../../../src/continuation/checkpoint.js';
import type { IterationInput } from '../../../src/continuation/iteration/index.js';
import { type TimeSkipping, taskQueue, timeSkipping } from '../../workflows/time-skipping.js';
import { aCheckpoint } from '../some-checkpoints.js';

const itemsQueue = 'items-queue';
const at = (cursor: number) => aCheckpoint({ sequence: cursor, cursor, resumptionCount: cursor });

const outcome = (parts: Partial<IterationOutcome> & { readonly kind: string }): IterationOutcome =>
  JSON.parse(JSON.stringify({ type: 'leftoff.iteration', checkpoint: at(5), store: null, ...parts }));
const completed = outcome({ kind: 'completed', ending: 'exhausted', result: null });
const throttled = outcome({ kind: 'throttled', waitMs: 0 });

type Act = (input: IterationInput<object>) => Promise<IterationOutcome>;

/** What the Activity was called with, and what it does, one after another: the last again and again. */
let inputs: IterationInput<object>[] = [];
let acts: Act[] = [];
/** What it was asked to clear. */
let cleared: IterationInput<object>[] = [];

async function anIteration(input: IterationInput<object>): Promise<IterationOutcome> {
  if (input.cleanUp === true) {
    cleared.push(input);
    return completed;
  }
  inputs.push(input);
  const [next = async () => completed] = acts;
  if (acts.length > 1) acts.shift();
  return next(input);
}

/** Waits until it is cancelled, then ends so. */
const untilCancelled =
  (end: () => IterationOutcome): Act =>
  async () => {
    const { heartbeat, cancelled, cancellationSignal } = Context.current();
    const beat = setInterval(() => heartbeat(), 20);
    await cancelled.catch(() => undefined);
    clearInterval(beat);
    expect(cancellationSignal.aborted).toBe(true);
    return end();
  };

let server: TimeSkipping;
let items: Worker;
let running: Promise<void>;

beforeAll(async () => {
  server = await timeSkipping('../continuation/steps/iterate-jobs.ts');
  await server.startWorker({});
  items = await Worker.create({
    connection: server.environment.nativeConnection,
    taskQueue: itemsQueue,
    activities: { anIteration },
    maxHeartbeatThrottleInterval: 20,
    defaultHeartbeatThrottleInterval: 20,
  });
  running = items.run();
});

afterAll(async () => {
  items?.shutdown();
  await running;
  await server?.tearDown();
});

function start(workflow: string, whatItDoes: readonly Act[], carried?: unknown): Promise<WorkflowHandle> {
  inputs = [];
  cleared = [];
  acts = [...whatItDoes];
  return server.environment.client.workflow.start(workflow, {
    taskQueue,
    workflowId: randomUUID(),
    args: carried === undefined ? [{}] : [{}, carried],
    workflowExecutionTimeout: '1 hour',
  });
}

async function failureOf(handle: WorkflowHandle): Promise<unknown> {
  const error: unknown = await handle.result().then(
    () => null,
    (error: unknown) => error,
  );
  return error instanceof WorkflowFailedError ? error.cause : error;
}

/** What a failed run keeps, as whoever starts it again hands it over. */
async function keptBy(handle: WorkflowHandle) {
  const failure = await failureOf(handle);
  if (!(failure instanceof ApplicationFailure)) throw new Error('The run did not fail.', { cause: failure });
  return { failure, kept: failure.details?.[0] };
}

/** Cancels it once its Activity is at work. */
async function cancel(handle: WorkflowHandle): Promise<unknown> {
  await expect.poll(() => inputs.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await handle.cancel();
  // In real time, as looking alone does: asked for a result, the server might skip time between a parent and its child.
  await expect
    .poll(async () => (await handle.describe()).status.name, { timeout: 10_000 })
    .not.toBe('RUNNING');
  return failureOf(handle);
}

/** Whether its timer has begun. */
async function isWaiting(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return events?.some(({ timerStartedEventAttributes: timer }) => timer != null) ?? false;
}

describe('a run that failed', () => {
  it('for want of progress is started again where it was', async () => {
    const { failure, kept } = await keptBy(await start('unlimited', [async () => throttled]));

    await (await start('unlimited', [async () => completed], kept)).result();

    expect(failure).toMatchObject({ type: 'NoProgressError' });
    expect(inputs).toMatchObject([{ from: { cursor: 5 } }]);
  });

  it('since its Activity timed out for good keeps what that had sent last', async () => {
    const sendsAndHangs: Act = async () => {
      const { heartbeat, cancelled } = Context.current();
      heartbeat(at(7));
      // The server hears of nothing more: the worker's own end is what ends it.
      return cancelled;
    };

    const { kept } = await keptBy(await start('impatient', [sendsAndHangs]));

    expect(kept).toMatchObject({ type: 'leftoff.carried-iteration', checkpoint: { cursor: 7 } });
  });

  it('keeps the newest of the places that its failure and its history name', async () => {
    const older: Act = async () => {
      throw ApplicationFailure.nonRetryable('declined', 'Declined', { reason: 'its own' }, at(3));
    };

    const { failure, kept } = await keptBy(await start('unlimited', [async () => throttled, older]));

    expect(failure).toMatchObject({ type: 'Declined' });
    expect(kept).toMatchObject({ checkpoint: { cursor: 5 } });
  });

  it('before its first checkpoint keeps its chain: a store that knows more is found by the next start', async () => {
    const refused: Act = async () => {
      throw ApplicationFailure.nonRetryable('there is no table', 'CheckpointsTableMissingError');
    };
    const { kept } = await keptBy(await start('unlimited', [refused]));
    const [first] = inputs;

    await (await start('unlimited', [async () => completed], kept)).result();

    expect(inputs).toMatchObject([{ chain: first?.chain, generation: 2, from: null }]);
  });
});

describe('a cancelled run', () => {
  it('is cancelled also where it was interrupted as often as it may be', async () => {
    const interrupted = () => outcome({ kind: 'interrupted', reason: 'cancelled' });

    const end = await cancel(await start('limited', [untilCancelled(interrupted)]));

    expect(end).toBeInstanceOf(CancelledFailure);
  });

  it('is cancelled also where its item failed meanwhile: cancelled is final', async () => {
    const failing = untilCancelled(() => {
      throw ApplicationFailure.nonRetryable('declined');
    });

    expect(await cancel(await start('unlimited', [failing]))).toBeInstanceOf(CancelledFailure);
  });

  it('leaves nothing in its store: nobody will come for it', async () => {
    const interrupted = () => outcome({ kind: 'interrupted', reason: 'cancelled', store: 'postgres' });

    const end = await cancel(await start('unlimited', [untilCancelled(interrupted)]));

    expect(end).toBeInstanceOf(CancelledFailure);
    expect(cleared).toHaveLength(1);
  });

  it('leaves nothing in its store where it is cancelled while it is throttled', async () => {
    const throttledForADay = outcome({ kind: 'throttled', waitMs: 24 * 3_600_000, store: 'postgres' });
    const handle = await start('unlimited', [async () => throttledForADay]);
    await expect.poll(() => isWaiting(handle), { timeout: 10_000 }).toBe(true);

    const end = await cancel(handle);

    expect(end).toBeInstanceOf(CancelledFailure);
    expect(cleared).toHaveLength(1);
  });

  it('leaves its place in its store where its Activity ended without a word: the store alone knows it', async () => {
    const cutOff = untilCancelled(() => {
      throw new CancelledFailure('cut off');
    });

    const end = await cancel(await start('unlimited', [cutOff]));

    expect(end).toBeInstanceOf(CancelledFailure);
    expect(cleared).toEqual([]);
  });

  it('leaves its place in its store where it is a child: a retry of its parent goes on there', async () => {
    const interrupted = () => outcome({ kind: 'interrupted', reason: 'cancelled', store: 'postgres' });

    const end = await cancel(await start('parent', [untilCancelled(interrupted)]));

    expect(end).toBeInstanceOf(CancelledFailure);
    expect(cleared).toEqual([]);
  });
});

describe('a cron job’s next run', () => {
  it('is a run of its own for stores: it finds no place of the one before', async () => {
    inputs = [];
    acts = [async () => completed];
    const handle = await server.environment.client.workflow.start('unlimited', {
      taskQueue,
      workflowId: randomUUID(),
      args: [{}],
      cronSchedule: '* * * * *',
    });

    await server.environment.sleep('3 minutes');
    await handle.terminate('the test is over');

    expect(new Set(inputs.map(({ chain }) => chain)).size).toBe(inputs.length);
    expect(inputs.length).toBeGreaterThan(1);
  });
});

describe('a run that its own fence refuses', () => {
  const refusedBy =
    (generation: number): Act =>
    async () => {
      throw ApplicationFailure.nonRetryable('taken over', 'FenceLostError', { generation, attempt: 3 });
    };

  it('goes on above the epoch that refused it, as after a reset of its history', async () => {
    await (await start('unlimited', [refusedBy(40), async () => completed])).result();

    expect(inputs.map(({ generation }) => generation)).toEqual([1, 41]);
  });

  it('fails where it is refused again and again, and keeps its place', async () => {
    const { failure, kept } = await keptBy(await start('unlimited', [async () => throttled, refusedBy(90)]));

    expect(failure).toMatchObject({ type: 'FenceLostError' });
    expect(kept).toMatchObject({ checkpoint: { cursor: 5 } });
    expect(inputs).toHaveLength(5);
  });
});
