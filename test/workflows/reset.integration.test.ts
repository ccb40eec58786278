/** `temporal workflow reset`, on a real server: history goes back, and what a fence has committed does not. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { ownStage, patterns } from './orders-stage.js';

const own = ownStage();
const patiently = { timeout: 20_000, interval: 20 };

/** The first Workflow Task that was completed after so many Activities were. */
async function taskAfter(activities: number, workflowId: string) {
  const { events } = await own.checkout.temporal.workflow.getHandle(workflowId).fetchHistory();
  let completed = 0;
  for (const event of events ?? []) {
    if (event.activityTaskCompletedEventAttributes) completed += 1;
    if (event.workflowTaskCompletedEventAttributes && completed >= activities) return event.eventId ?? null;
  }
  throw new Error(`No Workflow Task after ${activities} Activities.`);
}

describe.each(patterns)('a run with checkpoints in Postgres that is reset, in the %s pattern', (pattern) => {
  it('takes over from its own fence, and meets nothing again that had been committed', async () => {
    const { stage, checkout } = own;
    const { temporal } = checkout;
    await stage.orders({ kind: 'quick' });
    await stage.startWorker().ready;
    const runId = await stage.startRun({ pattern, store: 'postgres', itemMs: 20, checkpointEvery: 5 });
    await expect.poll(() => stage.lastDone(runId), patiently).toBeGreaterThan(17);

    await temporal.workflowService.resetWorkflowExecution({
      namespace: temporal.options.namespace,
      workflowExecution: { workflowId: runId },
      reason: 'a test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: await taskAfter(pattern === 'step' ? 2 : 0, runId),
    });
    const result = await temporal.workflow.getHandle(runId).result();

    expect([...(await stage.visits(runId)).values()].every((visits) => visits === 1)).toBe(true);
    expect(await stage.prove(runId)).toMatchObject({ lostCount: 0, doubledCount: 0, revisited: 0 });
    expect(result).toMatchObject({ cursor: 61, counts: { revisited: 0 } });
    expect(await readRun(temporal, runId)).toMatchObject({ state: 'completed', cursor: 61 });
  });
});
