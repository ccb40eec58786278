import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Resumption } from '../../src/continuation/checkpoint.js';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import type { RealWorker } from '../worker/real-workers.js';
import { type OrdersStage, ordersStage, patterns } from './orders-stage.js';
import { seededRandom } from './seeded-random.js';

const seed = 23;
const total = 300;
const mostKills = 6;
/** Orders between two kills, at the most. */
const furthest = 25;
const shortRun = 60;
const promptly = { timeout: 30_000, interval: 2 };

let checkout: Checkout;
let stage: OrdersStage;

beforeAll(async () => {
  checkout = await aCheckout();
  await migrate(checkout.database.url);
  stage = ordersStage(checkout);
});

afterEach(() => stage.clear());
afterAll(() => checkout.cleanUp());

async function kill(worker: RealWorker): Promise<void> {
  worker.signal('SIGKILL');
  await worker.exited;
}

async function aNewExecution(runId: string, before: string): Promise<string> {
  await expect.poll(() => currentExecution(runId), promptly).not.toBe(before);
  return currentExecution(runId);
}

async function currentExecution(runId: string): Promise<string> {
  return (await checkout.temporal.workflow.getHandle(runId).describe()).runId;
}

const cursors = (resumptions: readonly Resumption[]): number[] =>
  resumptions.map(({ resumedAfter }) => Number(resumedAfter));

describe.each(patterns)('SIGKILL at random instants, in the %s pattern', (pattern) => {
  it(`loses and doubles nothing, however often it falls in one run (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const upTo = (most: number): number => Math.floor(random() * (most + 1));
    const checkpointEvery = 1 + upTo(9);
    await stage.orders({ kind: 'total', total });
    const runId = await stage.startRun({ pattern, checkpointEvery, itemMs: 1 + upTo(4) });
    let kills = 0;
    // A busy machine may let the run get further between two kills than was drawn.
    while (kills < mostKills && (await stage.lastDone(runId)) < total - furthest) {
      const worker = stage.startWorker();
      await worker.ready;
      // One in four falls while the work is just being picked up, the others in the middle of it.
      if (upTo(3) === 0) await delay(upTo(300));
      else {
        const further = (await stage.lastDone(runId)) + 1 + upTo(furthest);
        await expect
          .poll(() => stage.lastDone(runId), promptly)
          .toBeGreaterThanOrEqual(Math.min(further, total));
        await delay(upTo(10));
      }
      await kill(worker);
      kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(3);
    stage.startWorker();
    const result = await stage.end(runId);

    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
    expect(result.counts.processed + result.counts.failed).toBe(total);
    expect(cursors(result.resumptions)).toEqual(cursors(result.resumptions).toSorted((a, b) => a - b));
    if (pattern === 'enumerator') expect(result.resumptionCount).toBeGreaterThan(0);
    else {
      // None is possible as well: a kill between two batches loses nothing in hand.
      for (const { revisited } of result.resumptions) expect(revisited).toBeLessThanOrEqual(checkpointEvery);
    }
  });
});

describe('SIGKILL during continue-as-new', () => {
  it('loses and doubles nothing in the step pattern, where each second checkpoint continues as new', async () => {
    const historyLimit = 12;
    const shownEvents = 40;
    await stage.orders({ kind: 'total', total: shortRun });
    const runId = await stage.startRun({ pattern: 'step', timing: { historyLimit } });
    let execution = await currentExecution(runId);
    for (let kills = 1; kills <= 4; kills += 1) {
      const worker = stage.startWorker();
      execution = await aNewExecution(runId, execution);
      await kill(worker);
    }
    stage.startWorker();
    const result = await stage.end(runId);

    const { executions } = await readCheckpoints(checkout.temporal, runId);
    expect(executions.length).toBeGreaterThan(20);
    expect(result.executions).toBe(executions.length);
    expect(Math.max(...executions.map(({ events }) => events))).toBeLessThan(shownEvents);
    expect(result.counts.processed + result.counts.failed).toBe(shortRun);
    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('loses and doubles nothing in the enumerator pattern, where each interruption continues as new', async () => {
    await stage.orders({ kind: 'total', total: shortRun });
    const runId = await stage.startRun({ pattern: 'enumerator', itemMs: 5, timing: { historyLimit: 1 } });
    let execution = await currentExecution(runId);
    const interruptions = [20, 40];
    for (const orderId of interruptions) {
      const { fallen } = await stage.arm('SIGTERM', orderId);
      stage.startWorker();
      await fallen;
      const heir = stage.startWorker();
      execution = await aNewExecution(runId, execution);
      await kill(heir);
    }
    stage.startWorker();
    const result = await stage.end(runId);

    expect(result.executions).toBe(1 + interruptions.length);
    expect(cursors(result.resumptions)).toEqual(expect.arrayContaining(interruptions));
    expect(result.counts.processed + result.counts.failed).toBe(shortRun);
    expect(await stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});
