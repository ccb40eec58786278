/**
 * Each job in each pattern, its worker killed with SIGKILL at twenty random moments: the result, row for row, against that of an
 * uninterrupted run.
 *
 *   npm run bench:random-kills -- --kills 20 --seed 23
 *   npm run bench:random-kills -- --jobs import-orders --patterns step
 *
 * Prints a line a lane; exit code 1 where a row differs. A seed names its moments; the machine has its say in them, too. Profile: demo.
 * Servers are its own, in a temporary home; workers are processes of their own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type JobName, jobIn, type Pattern, parseJob, patternSchema } from '../dist/cli/jobs.js';
import { startRun } from '../dist/cli/start-run.js';
import { readRun } from '../dist/continuation/inspection/index.js';
import { demo } from '../dist/continuation/timing.js';
import { seededRandom } from '../dist/faults/seeded-random.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { wipeData } from '../dist/orders/wipe-data.js';
import { spawnWorker } from '../dist/worker/spawn-worker.js';
import { measure } from './measure.js';
import { ordersWithBrokenRows } from './orders-with-broken-rows.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '23' },
    jobs: { type: 'string', default: 'process-orders,generate-reports,import-orders' },
    patterns: { type: 'string', default: patternSchema.options.join(',') },
  },
});
const kills = Number(values.kills);
const random = seededRandom(Number(values.seed));
const jobs = values.jobs.split(',').map((word) => parseJob(`step:${word}`).job);
const patterns = values.patterns.split(',').map((word) => patternSchema.parse(word));

/** Long enough that twenty kills fall into it. */
const items = 1_500;
const itemMs = 10;
const checkpointEvery = 7;
/** From when it is ready: some fall while the last one's work is not even given up for lost (a second), most in the middle of it. */
const longestLifeMs = 3_000;

interface Place {
  readonly client: Client;
  readonly pool: Pool;
  readonly home: string;
  /** The file that is imported: some of its rows are broken. */
  readonly file: string;
}

/** What a job leaves behind, row for row, in the order of its keys; nothing of when, how often or by which run. */
const resultOf: Record<JobName, readonly string[]> = {
  'process-orders': [
    'SELECT order_id, status, reason FROM orders ORDER BY order_id',
    'SELECT order_id, cents FROM charges ORDER BY order_id, cents',
  ],
  'generate-reports': [
    'SELECT customer_id, month, orders, units, total_cents FROM reports ORDER BY customer_id, month',
  ],
  'import-orders': [
    'SELECT order_id, customer_id, ordered_on, units, total_cents, status FROM orders ORDER BY order_id',
    'SELECT line, reason, row FROM import_rejects ORDER BY line',
  ],
};

async function prepare({ pool }: Place, job: JobName): Promise<void> {
  if (job === 'import-orders') await wipeData(pool);
  else await seedOrders(pool, { kind: 'total', total: items });
  await pool.query('TRUNCATE reports, import_rejects');
}

async function start(
  { client, pool, file }: Place,
  job: JobName,
  pattern: Pattern,
  id: string,
): Promise<void> {
  await startRun(client, pool, {
    ...{ ...jobIn(pattern, job), workflowId: id, batchSize: 1, checkpointEvery, itemMs, timing: demo },
    ...(job === 'import-orders' ? { file } : {}),
  });
}

async function rowsOf({ pool }: Place, job: JobName): Promise<string[]> {
  const rows: string[] = [];
  for (const text of resultOf[job]) {
    const { rows: found } = await pool.query(text);
    rows.push(...found.map((row) => JSON.stringify(row)));
  }
  return rows;
}

const aWorker = ({ home }: Place) =>
  spawnWorker({ home, profile: 'demo', faultSeam: false, onLine: () => undefined });

async function uninterrupted(place: Place, job: JobName, pattern: Pattern): Promise<string[]> {
  await prepare(place, job);
  const worker = await aWorker(place);
  const id = `${job}-${pattern}-whole`;
  await start(place, job, pattern, id);
  await place.client.workflow.getHandle(id).result();
  process.kill(worker.pid, 'SIGTERM');
  await worker.exited;
  return rowsOf(place, job);
}

async function killed(place: Place, job: JobName, pattern: Pattern) {
  await prepare(place, job);
  const id = `${job}-${pattern}-killed`;
  await start(place, job, pattern, id);
  let fallen = 0;
  for (; fallen < kills; fallen += 1) {
    const worker = await aWorker(place);
    await worker.ready;
    await delay(Math.floor(random() * longestLifeMs));
    process.kill(worker.pid, 'SIGKILL');
    await worker.exited;
    if ((await readRun(place.client, id)).state !== 'running') break;
  }
  const last = await aWorker(place);
  await place.client.workflow.getHandle(id).result();
  const { counts, resumptionCount } = await readRun(place.client, id);
  process.kill(last.pid, 'SIGTERM');
  await last.exited;
  return { rows: await rowsOf(place, job), fallen, counts, resumptionCount };
}

let differing = 0;
await measure(async ({ home, pool, client }) => {
  const file = join(home, 'orders.csv');
  await writeFile(file, ordersWithBrokenRows(items));
  const place: Place = { client, pool, home, file };
  process.stdout.write(`SIGKILL at random moments, seed ${values.seed}, ${items} items, ${itemMs} ms each\n`);
  for (const job of jobs) {
    for (const pattern of patterns) {
      const whole = await uninterrupted(place, job, pattern);
      const { rows, fallen, counts, resumptionCount } = await killed(place, job, pattern);
      const differs = whole.filter((row, i) => row !== rows[i]).length + Math.abs(rows.length - whole.length);
      if (differs > 0 || fallen < kills) differing += 1;
      process.stdout.write(
        `${`${pattern}:${job}`.padEnd(28)}${fallen} kills, ${resumptionCount} resumptions, ${counts.revisited} met again; ${whole.length} rows, ${differs} differ\n`,
      );
    }
  }
});
if (differing > 0) process.exitCode = 1;
