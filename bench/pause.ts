/**
 * How soon a pause holds: from the request to a run that is paused, at 50 ms an item, in both patterns and profiles.
 *
 *   npm run bench:pause -- --pauses 10
 *
 * Prints medians and the worst, in ms, and whether anything was met again. Servers are its own, in a temporary home; the worker is a
 * process of its own.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from '../dist/cli/bench/spread.js';
import { jobIn, patternSchema } from '../dist/cli/jobs.js';
import { startRun } from '../dist/cli/start-run.js';
import { readState } from '../dist/continuation/inspection/index.js';
import { cancelRun, pauseRun, unpauseRun } from '../dist/continuation/operation/index.js';
import { timings } from '../dist/continuation/timing.js';
import { seededRandom } from '../dist/faults/seeded-random.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { spawnWorker } from '../dist/worker/spawn-worker.js';
import { measure } from './measure.js';

const { values } = parseArgs({ options: { pauses: { type: 'string', default: '10' } } });
const pauses = Number(values.pauses);
const random = seededRandom(23);
const itemMs = 50;
const checkpointEvery = 20;

process.stdout.write(`pauses at ${itemMs} ms an item, ${pauses} each, Node ${process.version}\n`);
process.stdout.write(
  `${'lane'.padEnd(26)}${['median ms', 'worst ms', 'met again'].map((title) => title.padStart(12)).join('')}\n`,
);
await measure(async ({ home, pool, client }) => {
  for (const profile of ['demo', 'production'] as const) {
    const worker = await spawnWorker({ home, profile, faultSeam: false, onLine: () => undefined });
    await worker.ready;
    for (const pattern of patternSchema.options) {
      await seedOrders(pool, { kind: 'total', total: 6_919 });
      const workflowId = `${pattern}-${profile}`;
      const settings = { batchSize: 1, checkpointEvery, itemMs, timing: timings[profile] };
      await startRun(client, pool, { ...jobIn(pattern), ...settings, workflowId });
      const tookMs: number[] = [];
      for (let i = 0; i < pauses; i += 1) {
        await delay(500 + Math.floor(random() * 1_000));
        const askedMs = performance.now();
        await pauseRun(client, workflowId);
        while ((await readState(client, workflowId)) !== 'paused') await delay(5);
        tookMs.push(performance.now() - askedMs);
        await unpauseRun(client, workflowId);
      }
      const { rows } = await pool.query<{ again: number }>(
        'SELECT coalesce(sum(visits - 1), 0)::int AS again FROM orders WHERE run_id = $1',
        [workflowId],
      );
      await cancelRun(client, workflowId);
      await client.workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined);
      const cells = [Math.round(median(tookMs)), Math.round(Math.max(...tookMs)), rows[0]?.again ?? 0];
      process.stdout.write(
        `${`${pattern}, ${profile}`.padEnd(26)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`,
      );
    }
    process.kill(worker.pid, 'SIGTERM');
    await worker.exited;
  }
});
