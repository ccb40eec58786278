import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import type { RealWorker } from '../worker/real-workers.js';
import { type OrdersStage, ordersStage } from './orders-stage.js';

const total = 200;
/** Long enough that the first worker can't do it all before the others are ready. */
const itemMs = 20;

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

it('workers that come and go share runs of both patterns over the same orders: each order is charged once, and every run completes', async () => {
  await stage.orders({ kind: 'total', total });
  const first = stage.startWorker();
  await first.ready;
  const runs = await Promise.all([
    stage.startRun({ pattern: 'step', checkpointEvery: 3, itemMs }),
    stage.startRun({ pattern: 'enumerator', itemMs }),
    stage.startRun({ pattern: 'step', batchSize: 7, checkpointEvery: 14, itemMs }),
    stage.startRun({ pattern: 'enumerator', batchSize: 2, itemMs }),
  ]);
  const others = [stage.startWorker(), stage.startWorker()];
  await Promise.all(others.map(({ ready }) => ready));
  first.signal('SIGTERM');
  const results = await Promise.all(runs.map((runId) => stage.end(runId)));

  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(hasVisited(first)).toBe(true);
  await expect.poll(() => others.some(hasVisited), { timeout: 5_000 }).toBe(true);
  expect(sum(results.map(({ counts }) => counts.processed + counts.failed))).toBe(total);
  const proofs = await Promise.all(runs.map((runId) => stage.prove(runId)));
  expect(sum(proofs.map(({ processed, failed }) => processed + failed))).toBe(total);
  expect(sum(proofs.map(({ charges }) => charges))).toBe(sum(proofs.map(({ processed }) => processed)));
  for (const proof of proofs) expect(proof).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

const hasVisited = ({ lines }: RealWorker): boolean => lines.some((line) => line.startsWith('orders-'));

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
