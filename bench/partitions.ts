/**
 * What partitions bring: one run against the same run split over child Workflows, on the same two workers, lanes rotated.
 *
 *   npm run bench:partitions -- --orders 1000000 --batch-size 1000 --partitions 4 --rounds 3
 *
 * Prints a table: medians, how many times the single run's throughput, and how much of all cores was used meanwhile. Profile: demo. Servers are its own, in a temporary home;
 * workers are processes of their own.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../dist/cli/bench/spread.js';
import { jobIn } from '../dist/cli/jobs.js';
import { startRun } from '../dist/cli/start-run.js';
import { demo } from '../dist/continuation/timing.js';
import { proveOrders } from '../dist/orders/prove-orders.js';
import { resetOrders } from '../dist/orders/reset-orders.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { spawnWorker } from '../dist/worker/spawn-worker.js';
import { measure } from './measure.js';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000000' },
    'batch-size': { type: 'string', default: '1000' },
    'checkpoint-every': { type: 'string', default: '10000' },
    partitions: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
});
const orders = Number(values.orders);
const batchSize = Number(values['batch-size']);
const checkpointEvery = Number(values['checkpoint-every']);
const rounds = Number(values.rounds);

const lanes = (['step', 'enumerator'] as const).flatMap((pattern) =>
  [null, Number(values.partitions)].map((partitions) => ({
    pattern,
    partitions,
    name: `${pattern}, ${partitions === null ? 'one run' : `${partitions} partitions`}`,
  })),
);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const measured = new Map<string, number[]>();
/** How much of all cores was used meanwhile: what is left of them is all that more workers could win. */
const busyShares = new Map<string, number[]>();

/** Milliseconds of all cores together since the machine's start. */
function coreTimes(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, core) => sum + core.idle, 0);
  const all = times.reduce((sum, core) => sum + core.user + core.nice + core.sys + core.idle + core.irq, 0);
  return { busy: all - idle, all };
}

await measure(async ({ home, pool, client }) => {
  const workers = [];
  for (let i = 0; i < Number(values.workers); i += 1)
    workers.push(await spawnWorker({ home, profile: 'demo', faultSeam: false, onLine: () => undefined }));
  await Promise.all(workers.map(({ ready }) => ready));
  await seedOrders(pool, { kind: 'total', total: orders });
  // Round 0 warms up. Each round starts with another lane.
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < lanes.length; turn += 1) {
      const lane = lanes[(turn + round) % lanes.length];
      if (lane === undefined) continue;
      await resetOrders(pool);
      await pool.query('VACUUM (ANALYZE) orders');
      await pool.query('CHECKPOINT');
      const { pattern, partitions, name } = lane;
      const workflowId = `${name.replaceAll(/\W+/g, '-')}-${round}`;
      const before = coreTimes();
      const startedMs = performance.now();
      await startRun(client, pool, {
        ...{ ...jobIn(pattern), workflowId, batchSize, checkpointEvery, itemMs: 0, timing: demo },
        ...(partitions === null ? {} : { partitions }),
      });
      await client.workflow.getHandle(workflowId).result();
      const ms = performance.now() - startedMs;
      const after = coreTimes();
      const busy = (after.busy - before.busy) / (after.all - before.all);
      const { lostCount, doubledCount } = await proveOrders(pool, { runId: workflowId, upTo: orders });
      if (lostCount + doubledCount > 0)
        throw new Error(`${name}: lost ${lostCount}, doubled ${doubledCount}`);
      say(`round ${round}${round === 0 ? ' (warm-up)' : ''}  ${name}  ${Math.round(ms)} ms`);
      if (round === 0) continue;
      measured.set(name, [...(measured.get(name) ?? []), ms]);
      busyShares.set(name, [...(busyShares.get(name) ?? []), busy]);
    }
  }
  for (const { pid, exited } of workers) {
    process.kill(pid, 'SIGTERM');
    await exited;
  }
});

process.stdout.write(
  `${orders} orders, ${batchSize} a transaction, ${values.workers} workers, medians of ${rounds} rounds, Node ${process.version}, profile demo\n`,
);
process.stdout.write(
  `${'lane'.padEnd(28)}${['ms', 'orders/s', 'of one run', 'cores busy'].map((title) => title.padStart(12)).join('')}\n`,
);
for (const { name, pattern } of lanes) {
  const ms = median(measured.get(name) ?? []);
  const oneMs = median(measured.get(`${pattern}, one run`) ?? []);
  const cells = [
    Math.round(ms),
    Math.round((orders * 1_000) / ms),
    (oneMs / ms).toFixed(2),
    `${Math.round(100 * median(busyShares.get(name) ?? []))} %`,
  ];
  process.stdout.write(`${name.padEnd(28)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`);
}
