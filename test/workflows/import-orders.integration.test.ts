import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobIn } from '../../src/cli/jobs.js';
import { startRun } from '../../src/cli/start-run.js';
import { runResultSchema } from '../../src/continuation/checkpoint-schema.js';
import { describeFailure } from '../../src/continuation/inspection/index.js';
import { demo } from '../../src/continuation/timing.js';
import { seededRandom } from '../../src/faults/seeded-random.js';
import { findImport } from '../../src/orders/find-import.js';
import { migrate } from '../../src/orders/migrate.js';
import { proveImport } from '../../src/orders/prove-import.js';
import { wipeData } from '../../src/orders/wipe-data.js';
import type { OnItemError, StoreName } from '../../src/workflows/job-settings.js';
import { reasonOn, writeBrokenOrderFile } from '../orders/a-broken-order-file.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { type RealWorkers, workersIn } from '../worker/real-workers.js';

const seed = 5;
const rows = 1_200;
const brokenEvery = 20;
const batchSize = 5;
const checkpointEvery = 50;
const kills = 2;
const promptly = { timeout: 30_000, interval: 2 };

/** All at once, each with a file of its own: what kills a worker falls on each of them somewhere else. */
const lanes = [
  { pattern: 'step', store: 'heartbeat' },
  { pattern: 'enumerator', store: 'heartbeat' },
  { pattern: 'step', store: 'postgres' },
  { pattern: 'enumerator', store: 'redis' },
  { pattern: 'enumerator', store: 'postgres' },
] as const;

/** Apart, so that no file has another's orders, and alike in their digits, so that rows and reasons can be compared. */
const idsOf = (lane: number): number => lane * 100_000;

let checkout: Checkout;
let workers: RealWorkers;
beforeAll(async () => {
  checkout = await aCheckout();
  workers = workersIn(checkout);
  await migrate(checkout.database.url);
});
beforeEach(() => wipeData(checkout.database.pool));
afterEach(() => workers.endAll());
afterAll(() => checkout.cleanUp());

interface Lane {
  readonly pattern: 'step' | 'enumerator';
  readonly store?: StoreName;
  readonly onError?: OnItemError;
}

async function aFile(lane = 1): Promise<string> {
  const file = join(checkout.home, `${randomBytes(4).toString('hex')}.csv`);
  await writeBrokenOrderFile(file, { rows, brokenEvery, firstId: idsOf(lane) + 1 });
  return file;
}

function start(file: string, { pattern, store = 'heartbeat', onError = 'skip' }: Lane): Promise<string> {
  return startRun(checkout.temporal, checkout.database.pool, {
    ...jobIn(pattern, 'import-orders'),
    ...{ workflowId: `import-${randomBytes(4).toString('hex')}`, timing: demo, itemMs: 0 },
    ...{ batchSize, checkpointEvery, store, onError, file },
  });
}

const end = async (runId: string) =>
  runResultSchema.parse(await checkout.temporal.workflow.getHandle(runId).result());

/** How many rows have a verdict, over all runs. */
async function decided(): Promise<number> {
  const { rows } = await checkout.database.pool.query<{ decided: number }>(
    `SELECT (SELECT count(*) FROM orders)::int + (SELECT count(*) FROM import_rejects)::int AS decided`,
  );
  return rows[0]?.decided ?? 0;
}

async function killWhenDecided(rows: number): Promise<void> {
  const worker = workers.start();
  await expect.poll(decided, promptly).toBeGreaterThanOrEqual(rows);
  worker.signal('SIGKILL');
  await worker.exited;
}

/** What a run has left, row for row, whichever ids its file has. */
async function leftBy(runId: string) {
  const { pool } = checkout.database;
  const { importId } = await findImport(pool, runId);
  const orders = await pool.query(
    `SELECT import_line, order_id % 100000 AS order_id, customer_id, ordered_on::text, units, total_cents, status
     FROM orders WHERE import_id = $1 ORDER BY import_line`,
    [importId],
  );
  const rejects = await pool.query<{ line: number; reason: string; row: string }>(
    'SELECT line, reason, row FROM import_rejects WHERE import_id = $1 ORDER BY line',
    [importId],
  );
  const alike = (text: string) => text.replace(/\b\d(0\d{4})\b/g, '$1');
  return {
    orders: orders.rows,
    rejects: rejects.rows.map(({ line, reason, row }) => ({ line, reason: alike(reason), row: alike(row) })),
  };
}

describe('import-orders, killed', () => {
  it(`leaves row for row what an uninterrupted import does, with every store (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    workers.start();
    const calm = await start(await aFile(lanes.length + 1), { pattern: 'enumerator' });
    await end(calm);
    const uninterrupted = await leftBy(calm);
    await workers.endAll();
    for (const { line, reason } of uninterrupted.rejects)
      expect(reason).toMatch(reasonOn(line, { brokenEvery }) ?? /^$/);

    const runs = await Promise.all(
      lanes.map(async (lane, i) => {
        const file = await aFile(i + 1);
        return { lane, file, runId: await start(file, lane) };
      }),
    );
    const all = rows * lanes.length;
    for (let kill = 0; kill < kills; kill += 1)
      await killWhenDecided(rows + Math.floor((all * (kill + random())) / (kills + 1)));
    workers.start();

    for (const { lane, file, runId } of runs) {
      const { counts, result, resumptions } = await end(runId);
      expect(await leftBy(runId)).toEqual(uninterrupted);
      expect(await proveImport(checkout.database.pool, { runId, file })).toMatchObject({
        ...{ read: rows, lost: [], doubled: [], wrong: [] },
      });
      expect(result).toMatchObject({ read: rows, rejected: rows / brokenEvery });
      expect(counts.processed + counts.failed).toBe(rows);
      // In steps none is possible as well: a kill between two batches loses nothing in hand.
      if (lane.pattern === 'enumerator') expect(resumptions.length).toBeGreaterThan(0);
      if (lane.store === 'postgres') expect(result).toMatchObject({ revisited: 0 });
    }
  });

  it('refuses to go on in a file that was changed while no worker was alive', async () => {
    const file = await aFile();
    const runId = await start(file, { pattern: 'enumerator' });
    await killWhenDecided(rows / 4);
    await appendFile(file, '999999,7,1997-01-18,1,500\n');
    workers.start();
    const failure = await end(runId).catch((error: unknown) => error);

    if (!(failure instanceof WorkflowFailedError)) throw failure;
    expect(describeFailure(failure.cause ?? failure)).toMatch(
      // Killed before its first checkpoint left, it goes by how the file was when it began.
      /had \d+ bytes when (the run's cursor was made|its import began)/,
    );
    expect(await decided()).toBeLessThan(rows);
  });
});

describe.each(['step', 'enumerator'] as const)('import-orders in the %s pattern', (pattern) => {
  it('stops at the first row that it can’t import where it is to fail, and imports nothing after it', async () => {
    workers.start();
    const runId = await start(await aFile(), { pattern, onError: 'fail' });
    const failure = await end(runId).catch((error: unknown) => error);

    if (!(failure instanceof WorkflowFailedError)) throw failure;
    // The first broken row is the twentieth, in the fourth transaction of five.
    expect(describeFailure(failure.cause ?? failure)).toMatch(
      /line 21: units is "0", which is below 1\. .*of lines 17 to 21 nothing was imported/,
    );
    expect(await decided()).toBe(15);
  });
});
