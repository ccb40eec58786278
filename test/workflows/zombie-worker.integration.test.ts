import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type OrdersStage, ordersStage, patterns } from './orders-stage.js';

const frozenAt = 10;
const takenOverBy = { timeout: 20_000, interval: 20 };

let checkout: Checkout;
let stage: OrdersStage;

beforeAll(async () => {
  checkout = await aCheckout();
  await migrate(checkout.database.url);
  stage = ordersStage(checkout);
});

afterEach(() => stage.clear());
afterAll(() => checkout.cleanUp());

it.each(patterns)(
  'a worker that wakes after another took its order over charges nothing a second time, in the %s pattern',
  async (pattern) => {
    await stage.orders({ kind: 'quick' });
    const zombie = stage.startWorker();
    await zombie.ready;
    const { fallen } = await stage.arm('SIGSTOP', frozenAt);
    const runId = await stage.startRun({ pattern, itemMs: 20, checkpointEvery: 5 });
    expect(await fallen).toMatchObject({ pid: zombie.pid, orderId: frozenAt });

    const visitsOf = async (orderId: number) => (await stage.visits(runId)).get(orderId) ?? 0;
    const successor = stage.startWorker();
    await successor.ready;
    await expect.poll(() => stage.lastDone(runId), takenOverBy).toBeGreaterThan(frozenAt);
    const whileFrozen = await visitsOf(frozenAt);
    zombie.signal('SIGCONT');
    await expect.poll(() => visitsOf(frozenAt), takenOverBy).toBeGreaterThan(whileFrozen);
    const result = await stage.end(runId);

    expect(result.resumptionCount).toBeGreaterThan(0);
    expect(await stage.prove(runId)).toMatchObject({
      ...{ processed: 60, failed: 1, charges: 60, lost: [], lostCount: 0, doubled: [], doubledCount: 0 },
    });
  },
);
