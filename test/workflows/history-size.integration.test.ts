import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type OrdersStage, ordersStage } from './orders-stage.js';

/** About 6 events an order: 1,800 in all. */
const total = 300;

let checkout: Checkout;
let stage: OrdersStage;

beforeAll(async () => {
  checkout = await aCheckout();
  await migrate(checkout.database.url);
  stage = ordersStage(checkout);
  await stage.startWorker().ready;
});

afterAll(async () => {
  await stage.clear();
  await checkout.cleanUp();
});

it('a step run with a checkpoint for each of 300 orders has no execution over 1,500 events, and every checkpoint is in one', async () => {
  await stage.orders({ kind: 'total', total });
  const runId = await stage.startRun({ pattern: 'step' });
  const result = await stage.end(runId);

  const { executions, checkpoints } = await readCheckpoints(checkout.temporal, runId);
  expect(Math.max(...executions.map(({ events }) => events))).toBeLessThanOrEqual(1_500);
  expect(executions).toHaveLength(result.executions);
  expect(executions.map(({ startedBy }) => startedBy)).toEqual(['start', ...carriedOn(result.executions)]);
  const inHistory = checkpoints.filter(({ source }) => source === 'history').map(({ cursor }) => cursor);
  expect(inHistory).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(result.resumptions).toEqual([]);
  expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

it('an uninterrupted enumerator run of 300 orders has under 20 events', async () => {
  await stage.orders({ kind: 'total', total });
  const runId = await stage.startRun({ pattern: 'enumerator' });
  const result = await stage.end(runId);

  const { executions } = await readCheckpoints(checkout.temporal, runId);
  expect(executions).toHaveLength(1);
  expect(executions[0]?.events).toBeLessThan(20);
  expect(result).toMatchObject({ cursor: total, resumptionCount: 0 });
  expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

it('the tuned server lets a run continue as new without waiting, however soon after the last time', async () => {
  await stage.orders({ kind: 'total', total: 20 });
  const runId = await stage.startRun({ pattern: 'step', timing: { historyLimit: 12 } });
  await stage.end(runId);

  const { executions } = await readCheckpoints(checkout.temporal, runId);
  const waits = await Promise.all(executions.map((execution) => waitBeforeStart(runId, execution.runId)));
  expect(executions.length).toBeGreaterThan(5);
  expect(Math.max(...waits)).toBe(0);
});

/** What the server made an execution wait before its first Workflow Task, in milliseconds. */
async function waitBeforeStart(workflowId: string, runId: string): Promise<number> {
  const { events } = await checkout.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const wait = events?.[0]?.workflowExecutionStartedEventAttributes?.firstWorkflowTaskBackoff;
  return Number(wait?.seconds ?? 0) * 1_000 + (wait?.nanos ?? 0) / 1_000_000;
}

function carriedOn(executions: number): string[] {
  return Array.from({ length: executions - 1 }, () => 'continue-as-new');
}
