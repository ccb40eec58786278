import { setTimeout as delay } from 'node:timers/promises';
import getPort from 'get-port';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import { listWorkers } from '../../src/worker/worker-record.js';
import { ownStage } from '../workflows/orders-stage.js';
import { type RealWorker, workersIn } from './real-workers.js';

/** Apart enough to be two presses of a person. */
const anotherPressMs = 600;
const orderInHand = 5;

const own = ownStage();

afterEach(letGo);

let holder: Client | null = null;

/** A worker that can't end its order before `letGo`: somebody else holds its row. */
async function aWorkerWithAnOrderInHand() {
  await own.stage.orders({ kind: 'quick' });
  await hold(orderInHand);
  const worker = own.stage.startWorker();
  await worker.ready;
  const runId = await own.stage.startRun({ pattern: 'enumerator' });
  await expect.poll(statementsThatWait, { timeout: 20_000 }).toBe(1);
  return { worker, runId };
}

async function hold(orderId: number): Promise<void> {
  holder = new Client({ connectionString: own.checkout.database.url });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM orders WHERE order_id = $1 FOR UPDATE', [orderId]);
}

async function letGo(): Promise<void> {
  await holder?.end();
  holder = null;
}

async function statementsThatWait(): Promise<number> {
  const { rowCount } = await own.checkout.database.pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rowCount ?? 0;
}

const said = (worker: RealWorker, words: RegExp): number =>
  worker.lines.filter((line) => words.test(line)).length;

describe('a worker', () => {
  it('is ready to work soon after its start', async ({ annotate }) => {
    const readyMs: number[] = [];
    for (let starts = 1; starts <= 3; starts += 1) {
      const worker = own.stage.startWorker();
      readyMs.push(await worker.ready);
      expect((await listWorkers(own.checkout.home)).map(({ process }) => process.pid)).toEqual([worker.pid]);
      worker.signal('SIGKILL');
      await worker.exited;
    }

    const median = readyMs.toSorted((a, b) => a - b)[1];
    await annotate(`worker ready after ${readyMs.map(Math.round).join(', ')} ms`, 'measured');
    expect(median).toBeLessThan(5_000);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'with nothing in hand ends at once on %s, with exit code 0 and its note removed',
    async (signal) => {
      const worker = own.stage.startWorker();
      await worker.ready;

      const sentAtMs = performance.now();
      worker.signal(signal);

      expect(await worker.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - sentAtMs).toBeLessThan(demo.shutdownMs);
      expect(await listWorkers(own.checkout.home)).toEqual([]);
    },
  );

  it('says at its start that the database is away, before any order needs it', async () => {
    const DATABASE_URL = `postgresql://leftoff@127.0.0.1:${await getPort()}/leftoff`;
    const worker = workersIn({ environment: { ...own.checkout.environment, DATABASE_URL } }).start();

    await worker.ready;

    await expect.poll(() => said(worker, /the database is away: connect ECONNREFUSED/)).toBe(1);
    worker.signal('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  it('ends the order in hand before it ends itself, and says what it did', async () => {
    const { worker, runId } = await aWorkerWithAnOrderInHand();

    worker.signal('SIGTERM');
    await expect.poll(() => said(worker, /SIGTERM: finishing the item in hand/)).toBe(1);
    await letGo();

    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(worker.lines.at(-1)).toBe(
      `worker stopped after ${orderInHand} orders, the last one ${orderInHand}; its cursor is kept`,
    );
    expect(await own.stage.lastDone(runId)).toBe(orderInHand);
    expect(await listWorkers(own.checkout.home)).toEqual([]);
  });

  it('whose reader went away ends the order in hand, keeps its cursor and ends itself', async () => {
    const { worker, runId } = await aWorkerWithAnOrderInHand();

    worker.stopReading();
    await letGo();

    expect(await worker.exited).toEqual({ code: 0, signal: null });
    const { cursor } = await readRun(own.checkout.temporal, runId);
    expect(cursor).toBe(await own.stage.lastDone(runId));
    expect(await listWorkers(own.checkout.home)).toEqual([]);
  });

  it('takes two Ctrl+C within half a second for one', async () => {
    const { worker } = await aWorkerWithAnOrderInHand();

    worker.signal('SIGINT');
    await expect.poll(() => said(worker, /Ctrl\+C: finishing the item in hand/)).toBe(1);
    worker.signal('SIGINT');
    worker.signal('SIGINT');
    await letGo();

    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(said(worker, /Ctrl\+C/)).toBe(1);
  });

  it('offers the hard way at a later Ctrl+C and takes it at the next; what it had in hand is met again by another', async () => {
    const { worker, runId } = await aWorkerWithAnOrderInHand();

    worker.signal('SIGINT');
    await delay(anotherPressMs);
    worker.signal('SIGINT');
    await expect.poll(() => said(worker, /Ctrl\+C once more stops hard/)).toBe(1);
    await delay(anotherPressMs);
    worker.signal('SIGINT');

    expect(await worker.exited).toEqual({ code: 130, signal: null });
    await letGo();
    own.stage.startWorker();
    await own.stage.end(runId);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('ends within its grace time although its order does not; another does that order, once', async () => {
    const { worker, runId } = await aWorkerWithAnOrderInHand();

    const sentAtMs = performance.now();
    worker.signal('SIGTERM');

    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(performance.now() - sentAtMs).toBeLessThan(demo.shutdownMs + 3_000);
    expect(worker.lines.join('\n')).toContain(
      'did not end within 8 s: the worker ends without it, and it is met again',
    );
    expect(await listWorkers(own.checkout.home)).toEqual([]);
    await letGo();
    own.stage.startWorker();
    await own.stage.end(runId);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});
