import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type OrdersStage, ordersStage } from './orders-stage.js';

const total = 500;

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

it('a step run with a checkpoint for each of 500 orders has no execution over 1,500 events, and every checkpoint is in one', async () => {
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

it('an uninterrupted enumerator run of 500 orders has under 20 events', async () => {
  await stage.orders({ kind: 'total', total });
  const runId = await stage.startRun({ pattern: 'enumerator' });
  const result = await stage.end(runId);

  const { executions } = await readCheckpoints(checkout.temporal, runId);
  expect(executions).toHaveLength(1);
  expect(executions[0]?.events).toBeLessThan(20);
  expect(result).toMatchObject({ cursor: total, resumptionCount: 0 });
  expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

function carriedOn(executions: number): string[] {
  return Array.from({ length: executions - 1 }, () => 'continue-as-new');
}
