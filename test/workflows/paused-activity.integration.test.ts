/** Temporal's own pause of an Activity (`temporal activity pause`, the Web UI's button), on a real server. */
import { describe, expect, it } from 'vitest';
import { readCheckpoints, readRun } from '../../src/continuation/inspection/index.js';
import { ownStage, patterns } from './orders-stage.js';

const own = ownStage();
const patiently = { timeout: 20_000, interval: 20 };
const activityTypes = { step: 'processBatch', enumerator: 'processOrders' } as const;

describe.each(patterns)('a pause of its Activity, in the %s pattern', (pattern) => {
  it('holds the run after the order in hand, shows its exact cursor, and meets nothing again afterwards', async () => {
    const { stage, checkout } = own;
    const { temporal } = checkout;
    await stage.orders({ kind: 'quick' });
    await stage.startWorker().ready;
    const runId = await stage.startRun({ pattern, itemMs: 20, checkpointEvery: 50 });
    await expect.poll(() => stage.lastDone(runId), patiently).toBeGreaterThan(5);
    const { namespace } = temporal.options;
    const of = {
      namespace,
      execution: { workflowId: runId },
      type: activityTypes[pattern],
      identity: 'test',
    };

    await temporal.workflowService.pauseActivity(of);
    await expect
      .poll(async () => (await readRun(temporal, runId)).pending, patiently)
      .toMatchObject([{ state: 'paused' }]);
    const held = await stage.lastDone(runId);
    const { run, checkpoints } = await readCheckpoints(temporal, runId);
    await temporal.workflowService.unpauseActivity(of);
    const result = await stage.end(runId);

    expect(held).toBeLessThan(50);
    expect(run.cursor).toBe(held);
    expect(checkpoints.at(-1)).toMatchObject({ source: 'heartbeat', cursor: held });
    expect(result).toMatchObject({
      counts: { processed: 60, failed: 1, revisited: 0 },
      resumptionCount: 1,
    });
    expect(await stage.prove(runId)).toMatchObject({ lostCount: 0, doubledCount: 0, revisited: 0 });
  });
});
