import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { maximumSameErrors } from '../../src/continuation/iteration/index.js';
import { demo } from '../../src/continuation/timing.js';
import { ownStage } from './orders-stage.js';

const own = ownStage();
let holder: Client | null = null;

afterEach(async () => {
  await letGo();
  await own.checkout.database.pool.query('ALTER TABLE IF EXISTS hidden_orders RENAME TO orders');
});

/** Nobody reads the orders until `letGo`. */
async function holdOrders(): Promise<void> {
  holder = new Client({ connectionString: own.checkout.database.url });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
}

async function letGo(): Promise<void> {
  await holder?.end();
  holder = null;
}

async function pendingAttempt(runId: string): Promise<number> {
  const { pending } = await readRun(own.checkout.temporal, runId);
  return Math.max(0, ...pending.map(({ attempt }) => attempt));
}

it('a worker killed while its run counts is noticed by its heartbeat, as everywhere: the next one counts', async () => {
  await own.stage.orders({ kind: 'quick' });
  const first = own.stage.startWorker();
  await first.ready;
  await holdOrders();
  const runId = await own.stage.startRun({ pattern: 'step' });
  await expect.poll(() => pendingAttempt(runId), { timeout: 10_000 }).toBe(1);

  first.signal('SIGKILL');
  const killedAtMs = performance.now();
  own.stage.startWorker();
  await expect.poll(() => pendingAttempt(runId), { timeout: 30_000 }).toBe(2);
  const noticedAfterMs = performance.now() - killedAtMs;
  await letGo();
  await own.stage.end(runId);

  expect(noticedAfterMs).toBeLessThan(demo.queryTimeoutMs);
  expect(await own.stage.prove(runId)).toMatchObject({ processed: 60, failed: 1, lost: [], doubled: [] });
});

it(`a step without items fails the run after the same error ${maximumSameErrors} times`, async () => {
  await own.stage.orders({ kind: 'quick' });
  await own.checkout.database.pool.query('ALTER TABLE orders RENAME TO hidden_orders');
  own.stage.startWorker();
  const runId = await own.stage.startRun({ pattern: 'step' });

  await expect(own.stage.end(runId)).rejects.toThrow();

  const { state, failure } = await readRun(own.checkout.temporal, runId);
  expect(state).toBe('failed');
  expect(failure).toContain('relation "orders" does not exist');
});
