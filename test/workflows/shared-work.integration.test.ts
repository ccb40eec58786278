import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type OrdersStage, ordersStage } from './orders-stage.js';

const total = 400;

let checkout: Checkout;
let stage: OrdersStage;

beforeAll(async () => {
  checkout = await aCheckout();
  await migrate(checkout.database.url);
  stage = ordersStage(checkout);
});

afterAll(async () => {
  await stage.clear();
  await checkout.cleanUp();
});

it('workers share runs of both patterns over the same orders: each order is charged once, and every run completes', async () => {
  await stage.orders({ kind: 'total', total });
  const workers = [stage.startWorker(), stage.startWorker(), stage.startWorker()];
  await Promise.all(workers.map(({ ready }) => ready));
  const unpaced = await Promise.all([
    stage.startRun({ pattern: 'step', checkpointEvery: 3 }),
    stage.startRun({ pattern: 'enumerator' }),
    stage.startRun({ pattern: 'step', batchSize: 7, checkpointEvery: 14 }),
    stage.startRun({ pattern: 'enumerator', itemMs: 2 }),
  ]);
  const results = await Promise.all(unpaced.map((runId) => stage.end(runId)));

  const done = results.map(({ counts }) => counts.processed + counts.failed);
  expect(sum(done)).toBe(total);
  const proofs = await Promise.all(unpaced.map((runId) => stage.prove(runId)));
  expect(sum(proofs.map(({ processed, failed }) => processed + failed))).toBe(total);
  expect(sum(proofs.map(({ charges }) => charges))).toBe(sum(proofs.map(({ processed }) => processed)));
  for (const proof of proofs) expect(proof).toMatchObject({ lost: [], doubled: [], revisited: 0 });
  const atWork = workers.filter(({ lines }) => lines.some((line) => line.startsWith('orders-')));
  expect(atWork.length).toBeGreaterThan(1);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
