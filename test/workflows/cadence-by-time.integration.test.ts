import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import { ownStage, patterns } from './orders-stage.js';

const itemMs = 10;
const redoMs = 300;
const struckOrder = 100;

const own = ownStage();

describe.each(patterns)('checkpoints by time, in the %s pattern', (pattern) => {
  it('leave no more to be done again after SIGKILL than was asked for, and the throttle window of a heartbeat', async () => {
    await own.stage.orders({ kind: 'total', total: 140 });
    const worker = own.stage.startWorker();
    await worker.ready;
    const { fallen } = await own.stage.arm('SIGKILL', struckOrder);
    const runId = await own.stage.startRun({ pattern, itemMs, checkpointEvery: { redoMs } });
    await fallen;
    const { cadence } = await readRun(own.checkout.temporal, runId);
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(cadence?.everyMs).toBeLessThanOrEqual(redoMs);
    expect(cadence?.itemMs).toBeGreaterThanOrEqual(itemMs);
    const [resumption] = result.resumptions;
    const windowMs = pattern === 'step' ? 0 : demo.heartbeatThrottleMs + demo.heartbeatTimeoutMs / 4;
    expect(resumption?.revisited).toBeLessThanOrEqual((redoMs + windowMs) / itemMs + 1);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});
