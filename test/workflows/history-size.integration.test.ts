import { expect, it } from 'vitest';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { ownStage } from './orders-stage.js';

/** About 6 events an order: 1,800 in all. */
const total = 300;

const own = ownStage();

it('a step run with a checkpoint for each of 300 orders has no execution over 1,500 events, and every checkpoint is in one', async () => {
  await own.stage.orders({ kind: 'total', total });
  own.stage.startWorker();
  const runId = await own.stage.startRun({ pattern: 'step' });
  const result = await own.stage.end(runId);

  const { executions, checkpoints } = await readCheckpoints(own.checkout.temporal, runId);
  expect(Math.max(...executions.map(({ events }) => events))).toBeLessThanOrEqual(1_500);
  expect(executions).toHaveLength(result.executions);
  expect(executions.map(({ startedBy }) => startedBy)).toEqual(['start', ...carriedOn(result.executions)]);
  const inHistory = checkpoints.filter(({ source }) => source === 'history').map(({ cursor }) => cursor);
  expect(inHistory).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(result.resumptions).toEqual([]);
  expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

it('an uninterrupted enumerator run of 300 orders has under 20 events', async () => {
  await own.stage.orders({ kind: 'total', total });
  own.stage.startWorker();
  const runId = await own.stage.startRun({ pattern: 'enumerator' });
  const result = await own.stage.end(runId);

  const { executions } = await readCheckpoints(own.checkout.temporal, runId);
  expect(executions).toHaveLength(1);
  expect(executions[0]?.events).toBeLessThan(20);
  expect(result).toMatchObject({ cursor: total, resumptionCount: 0 });
  expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

it('the tuned server lets a run continue as new without waiting, however soon after the last time', async () => {
  await own.stage.orders({ kind: 'total', total: 20 });
  own.stage.startWorker();
  const runId = await own.stage.startRun({ pattern: 'step', timing: { historyLimit: 12 } });
  await own.stage.end(runId);

  const { executions } = await readCheckpoints(own.checkout.temporal, runId);
  const waits = await Promise.all(executions.map((execution) => waitBeforeStart(runId, execution.runId)));
  expect(executions.length).toBeGreaterThan(5);
  expect(Math.max(...waits)).toBe(0);
});

/** What the server made an execution wait before its first Workflow Task, in milliseconds. */
async function waitBeforeStart(workflowId: string, runId: string): Promise<number> {
  const { events } = await own.checkout.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const wait = events?.[0]?.workflowExecutionStartedEventAttributes?.firstWorkflowTaskBackoff;
  return Number(wait?.seconds ?? 0) * 1_000 + (wait?.nanos ?? 0) / 1_000_000;
}

function carriedOn(executions: number): string[] {
  return Array.from({ length: executions - 1 }, () => 'continue-as-new');
}
