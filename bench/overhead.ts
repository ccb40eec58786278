/**
 * What each lane costs over its bare loop: the same SQL in the same process, lanes rotated, medians of several rounds. A lane that
 * fences (`/postgres`) is measured against the bare loop with a cursor row in each transaction, every other against the one without.
 *
 *   npm run bench:overhead -- --orders 6919 --batch-size 1 --lanes step:500,enumerator:500 --rounds 5
 *   npm run bench:overhead -- --orders 50000 --lanes step:auto,enumerator:auto,step/postgres:auto,enumerator/redis:auto,enumerator/postgres:auto
 *   npm run bench:overhead -- --orders 1000000 --batch-size 1000 --lanes step:10000,step:1000,enumerator:10000 --rounds 3
 *
 * `--metrics 127.0.0.1:9464` serves the worker's metrics meanwhile: what they cost.
 * Prints a table and, with --json, the numbers. Profile: demo (the tuned dev server). Servers are its own, in a temporary home.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CheckpointEvery, defaultCheckpointEvery } from '../dist/continuation/checkpoint-cadence.js';
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
import type { StoreName } from '../dist/workflows/job-settings.js';
import { type BareLoop, createCursors, runBareLoop } from './bare-loop.js';
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
  | { readonly kind: 'bare'; readonly loop: BareLoop }
  | {
      readonly kind: 'pattern';
      readonly workflowType: string;
      readonly checkpointEvery: CheckpointEvery;
      readonly store: StoreName;
      /** The name of the bare loop that it is measured against. */
      readonly against: string;
    }
);

const bareLoop = 'bare loop';
const bareLoopWithCursor = 'bare loop, cursor row';

/** `step:500`, `enumerator/redis:auto` */
function laneOf(word: string): Lane {
  const [what = '', cadence = defaultCheckpointEvery] = word.split(':');
  const [pattern, store = 'heartbeat'] = what.split('/');
  if (pattern !== 'step' && pattern !== 'enumerator') throw new Error(`No pattern in '${word}'.`);
  if (store !== 'heartbeat' && store !== 'redis' && store !== 'postgres')
    throw new Error(`No store in '${word}'.`);
  return {
    name: `${what}, ${cadence === 'auto' ? '' : 'every '}${String(cadence)}`,
    kind: 'pattern',
    workflowType: pattern === 'step' ? 'processOrdersInSteps' : 'processOrdersByEnumerator',
    checkpointEvery: cadence === 'auto' ? cadence : Number(cadence),
    store,
    against: store === 'postgres' ? bareLoopWithCursor : bareLoop,
  };
}

const asked = values.lanes.split(',').map(laneOf);
const lanes: Lane[] = [
  { name: bareLoop, kind: 'bare', loop: 'alone' },
  ...(asked.some((lane) => lane.kind === 'pattern' && lane.store === 'postgres')
    ? [{ name: bareLoopWithCursor, kind: 'bare', loop: 'with a cursor row' } as const]
    : []),
  ...asked,
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
    redisUrl: stack.redis?.url ?? null,
    timing: demo,
    home,
    log: openWorkerLog(join(home, 'worker.log')),
    metricsAddress: values.metrics ?? null,
    tracing: null,
    faultSeam: false,
    onEvent: () => undefined,
  });
  await createCursors(pool);
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
      if (lane.kind === 'bare') await runBareLoop(pool, runId, { batchSize, loop: lane.loop });
      else {
        const { checkpointEvery, workflowType, store } = lane;
        await client.workflow.execute(workflowType, {
          workflowId: runId,
          taskQueue,
          args: [{ batchSize, checkpointEvery, itemMs: 0, timing: demo, store }],
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

  const rows = lanes.map((lane) => {
    const { name } = lane;
    const against = median(measured.get(lane.kind === 'bare' ? bareLoop : lane.against)?.ms ?? []);
    const { ms = [], events = 0, executions = 0, checkpoints = 0 } = measured.get(name) ?? {};
    const medianMs = median(ms);
    const perSecond = Math.round((orders * 1_000) / medianMs);
    return {
      lane: name,
      medianMs: Math.round(medianMs),
      against: lane.kind === 'bare' ? bareLoop : lane.against,
      ratio: Number((medianMs / against).toFixed(3)),
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
      `${'lane'.padEnd(28)}${['ms', 'ratio', 'orders/s', 'checkpoints', 'executions', 'most events'].map((title) => title.padStart(12)).join('')}\n`,
    );
    for (const row of rows) {
      const cells = [row.medianMs, row.ratio, row.perSecond, row.checkpoints, row.executions, row.mostEvents];
      process.stdout.write(
        `${row.lane.padEnd(28)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`,
      );
    }
    process.stdout.write(
      `peak memory of the process that is worker, client and bare loop in one: ${result.peakMemoryMb} MB\n`,
    );
  }
} finally {
  await clearAway();
}
