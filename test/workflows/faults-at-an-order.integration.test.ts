import { describe, expect, it } from 'vitest';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import { listWorkers } from '../../src/worker/worker-record.js';
import { ownStage, patterns, type RunToPlay } from './orders-stage.js';

/** The quick seed's pending orders are 1 to 61; 42 has a total of 0. */
const lastOrder = 61;
const struckOrder = 23;
const allDone = {
  processed: 60,
  failed: 1,
  charges: 60,
  lost: [],
  doubled: [],
  lostCount: 0,
  doubledCount: 0,
};

const own = ownStage();

async function aRunStruckBy(signal: 'SIGTERM' | 'SIGKILL', run: RunToPlay) {
  await own.stage.orders({ kind: 'quick' });
  const worker = own.stage.startWorker();
  await worker.ready;
  const { fallen } = await own.stage.arm(signal, struckOrder);
  const runId = await own.stage.startRun(run);
  expect(await fallen).toMatchObject({ pid: worker.pid, position: struckOrder });
  expect(await listWorkers(own.checkout.home)).toEqual([]);
  return { runId, worker, atRest: await readCheckpoints(own.checkout.temporal, runId) };
}

describe.each(patterns)('SIGTERM with an order in hand, in the %s pattern', (pattern) => {
  it('ends that order, puts the checkpoint into history at once, and goes on at the next one with nothing met again', async () => {
    const { runId, worker, atRest } = await aRunStruckBy('SIGTERM', { pattern, itemMs: 10 });
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(atRest.run).toMatchObject({ state: 'running', cursor: struckOrder });
    expect(atRest.checkpoints.at(-1)).toMatchObject({ source: 'interruption', cursor: struckOrder });
    expect(atRest.checkpoints.at(-1)?.eventId).toBeGreaterThan(0);
    expect(result).toMatchObject({ cursor: lastOrder, resumptionCount: 1, executions: 1 });
    expect(result.resumptions).toEqual([
      { resumedAfter: struckOrder, source: 'history', attempt: 1, revisited: 0 },
    ]);
    expect(result.counts).toEqual({ processed: 60, failed: 1, revisited: 0 });
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: 0 });
  });
});

describe('SIGKILL right after an order was committed', () => {
  it('in the step pattern meets again what came after the last batch in history, and nothing before it', async () => {
    const checkpointEvery = 5;
    const lastCheckpoint = 20;
    const { runId, atRest } = await aRunStruckBy('SIGKILL', { pattern: 'step', checkpointEvery });
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(atRest.checkpoints.at(-1)).toMatchObject({ source: 'history', cursor: lastCheckpoint });
    expect(result.resumptions).toEqual([
      {
        resumedAfter: lastCheckpoint,
        source: 'history',
        attempt: 2,
        revisited: struckOrder - lastCheckpoint,
      },
    ]);
    expect(await ordersMetAgain(runId)).toEqual([21, 22, 23]);
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: 3 });
  });

  it('in the step pattern meets at most one order again where each has its checkpoint', async () => {
    const { runId } = await aRunStruckBy('SIGKILL', { pattern: 'step' });
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(result.resumptions).toEqual([
      { resumedAfter: struckOrder - 1, source: 'history', attempt: 2, revisited: 1 },
    ]);
    expect(await ordersMetAgain(runId)).toEqual([struckOrder]);
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: 1 });
  });

  it('in the enumerator pattern meets again what the last heartbeat window had, strictly after the live checkpoint', async ({
    annotate,
  }) => {
    const { runId, atRest } = await aRunStruckBy('SIGKILL', { pattern: 'enumerator', itemMs: 40 });
    const unsentMs = await timeSince(atRest.run.cursor);
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    const live = atRest.checkpoints.at(-1);
    expect(live).toMatchObject({ source: 'heartbeat', eventId: null, cursor: expect.any(Number) });
    const [resumption, ...more] = result.resumptions;
    expect(resumption).toMatchObject({ resumedAfter: live?.cursor, source: 'heartbeat', attempt: 2 });
    expect(more).toEqual([]);
    const again = await ordersMetAgain(runId);
    await annotate(
      `${again.length} met again, ${Math.round(unsentMs)} ms after the live checkpoint`,
      'measured',
    );
    // None, where a heartbeat left between the order's commit and the kill.
    const unsent = struckOrder - Number(live?.cursor);
    expect(again).toEqual(Array.from({ length: unsent }, (_, index) => Number(live?.cursor) + 1 + index));
    expect(resumption?.revisited).toBe(again.length);
    expect(unsentMs).toBeLessThan(2 * demo.heartbeatThrottleMs);
    expect(await own.stage.prove(runId)).toMatchObject({ ...allDone, revisited: again.length });
  });
});

describe('the traditional job', () => {
  it('charges orders twice when its worker is killed: the proof can fail', async () => {
    const { runId } = await aRunStruckBy('SIGKILL', { pattern: 'naive' });
    own.stage.startWorker();
    await own.checkout.temporal.workflow.getHandle(runId).result();

    const proof = await own.stage.prove(runId);
    expect(proof).toMatchObject({ lostCount: 0, doubledCount: struckOrder, revisited: struckOrder });
    expect(proof.doubled).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

async function ordersMetAgain(runId: string): Promise<number[]> {
  return [...(await own.stage.visits(runId))].filter(([, visits]) => visits > 1).map(([orderId]) => orderId);
}

/** Between the order of this cursor and the last one done, in milliseconds: what the heartbeats had not sent. */
async function timeSince(cursor: unknown): Promise<number> {
  const { rows } = await own.checkout.database.pool.query<{ ms: number }>(
    `SELECT extract(epoch FROM max(processed_at) - min(processed_at))::float8 * 1000 AS ms
     FROM orders WHERE order_id >= $1 AND processed_at IS NOT NULL AND run_id IS NOT NULL`,
    [cursor],
  );
  return rows[0]?.ms ?? 0;
}
