/**
 * What each pattern costs over the bare loop: the same SQL in the same process, lanes rotated, medians of several rounds.
 *
 *   npm run bench:overhead -- --orders 6919 --batch-size 1 --lanes step:500,enumerator:500 --rounds 5
 *   npm run bench:overhead -- --orders 1000000 --batch-size 1000 --lanes step:10000,step:1000,enumerator:10000 --rounds 3
 *
 * `--metrics 127.0.0.1:9464` serves the worker's metrics meanwhile: what they cost.
 * Prints a table and, with --json, the numbers. Profile: demo (the tuned dev server). Servers are its own, in a temporary home.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCheckpoints } from '../dist/continuation/inspection/index.js';
import { demo } from '../dist/continuation/timing.js';
import { migrate } from '../dist/orders/migrate.js';
import { openPool } from '../dist/orders/open-pool.js';
import { proveOrders } from '../dist/orders/prove-orders.js';
import { resetOrders } from '../dist/orders/reset-orders.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { bringUp } from '../dist/stack/bring-up.js';
import { connectTemporal } from '../dist/stack/connect-temporal.js';
import { connectTemporalForWorker } from '../dist/stack/connect-temporal-for-worker.js';
import { startWorker } from '../dist/worker/start-worker.js';
import { taskQueue } from '../dist/worker/task-queue.js';
import { openWorkerLog } from '../dist/worker/worker-log.js';
import { runBareLoop } from './bare-loop.js';
import { median } from './median.js';
import { MemoryPeak } from './memory-peak.js';
import { takeOwnHome } from './own-home.js';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '6919' },
    'batch-size': { type: 'string', default: '1' },
    lanes: { type: 'string', default: 'step:500,enumerator:500' },
    rounds: { type: 'string', default: '5' },
    metrics: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const orders = Number(values.orders);
const batchSize = Number(values['batch-size']);
const rounds = Number(values.rounds);

interface Measured {
  readonly ms: number[];
  events: number;
  executions: number;
  checkpoints: number;
}

type Lane = { readonly name: string } & (
  | { readonly kind: 'bare' }
  | { readonly kind: 'pattern'; readonly workflowType: string; readonly checkpointEvery: number }
);

const lanes: Lane[] = [
  { name: 'bare loop', kind: 'bare' },
  ...values.lanes.split(',').map((word): Lane => {
    const [pattern, cadence] = word.split(':');
    const workflowType = pattern === 'step' ? 'processOrdersInSteps' : 'processOrdersByEnumerator';
    return {
      name: `${pattern}, every ${cadence}`,
      kind: 'pattern',
      workflowType,
      checkpointEvery: Number(cadence),
    };
  }),
];

const { home, clearAway } = await takeOwnHome();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const memory = new MemoryPeak();
try {
  const stack = await bringUp({ onProgress: say });
  await migrate(stack.postgres.url);
  const pool = openPool(stack.postgres.url);
  const client = await connectTemporal(stack);
  const worker = await startWorker({
    connect: () => connectTemporalForWorker(stack),
    temporal: stack.temporal,
    databaseUrl: stack.postgres.url,
    redisUrl: null,
    timing: demo,
    home,
    log: openWorkerLog(join(home, 'worker.log')),
    metricsAddress: values.metrics ?? null,
    tracing: null,
    faultSeam: false,
    onEvent: () => undefined,
  });
  await seedOrders(pool, { kind: 'total', total: orders });

  const measured = new Map<string, Measured>(
    lanes.map(({ name }) => [name, { ms: [], events: 0, executions: 0, checkpoints: 0 }]),
  );
  // Round 0 warms up: caches, prepared statements, JIT. Each round starts with another lane.
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < lanes.length; turn += 1) {
      const lane = lanes[(turn + round) % lanes.length];
      const sums = lane && measured.get(lane.name);
      if (!lane || !sums) continue;
      await resetOrders(pool);
      await pool.query('VACUUM (ANALYZE) orders');
      await pool.query('CHECKPOINT');
      const runId = `${lane.name.replaceAll(/\W+/g, '-')}-${round}`;
      const started = performance.now();
      if (lane.kind === 'bare') await runBareLoop(pool, runId, batchSize);
      else {
        const { checkpointEvery, workflowType } = lane;
        await client.workflow.execute(workflowType, {
          workflowId: runId,
          taskQueue,
          args: [{ batchSize, checkpointEvery, itemMs: 0, timing: demo }],
        });
      }
      const ms = performance.now() - started;
      const proof = await proveOrders(pool, { runId, upTo: orders });
      if (proof.lostCount + proof.doubledCount > 0)
        throw new Error(`${lane.name}: lost ${proof.lostCount}, doubled ${proof.doubledCount}`);
      say(`round ${round}${round === 0 ? ' (warm-up)' : ''}  ${lane.name}  ${Math.round(ms)} ms`);
      if (round === 0) continue;
      sums.ms.push(ms);
      if (lane.kind === 'bare') continue;
      const { executions, run } = await readCheckpoints(client, runId);
      sums.executions = executions.length;
      sums.checkpoints = run.checkpoints;
      sums.events = Math.max(sums.events, ...executions.map(({ events }) => events));
    }
  }
  worker.stop('the measuring is done');
  await worker.ended;
  await Promise.all([pool.end(), client.connection.close()]);

  const bare = median(measured.get('bare loop')?.ms ?? []);
  const rows = lanes.map(({ name }) => {
    const { ms = [], events = 0, executions = 0, checkpoints = 0 } = measured.get(name) ?? {};
    const medianMs = median(ms);
    const perSecond = Math.round((orders * 1_000) / medianMs);
    return {
      lane: name,
      medianMs: Math.round(medianMs),
      ratio: Number((medianMs / bare).toFixed(3)),
      perSecond,
      checkpoints,
      executions,
      mostEvents: events,
    };
  });
  const result = {
    orders,
    batchSize,
    rounds,
    profile: demo.profile,
    node: process.version,
    peakMemoryMb: memory.stop(),
    lanes: rows,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    process.stdout.write(
      `${orders} orders, ${batchSize} a transaction, medians of ${rounds} rounds, Node ${process.version}, profile demo\n`,
    );
    process.stdout.write(
      `${'lane'.padEnd(26)}${['ms', 'ratio', 'orders/s', 'checkpoints', 'executions', 'most events'].map((title) => title.padStart(12)).join('')}\n`,
    );
    for (const row of rows) {
      const cells = [row.medianMs, row.ratio, row.perSecond, row.checkpoints, row.executions, row.mostEvents];
      process.stdout.write(
        `${row.lane.padEnd(26)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`,
      );
    }
    process.stdout.write(
      `peak memory of the process that is worker, client and bare loop in one: ${result.peakMemoryMb} MB\n`,
    );
  }
} finally {
  await clearAway();
}
