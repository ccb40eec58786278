/**
 * What it takes to import a large file, some of its rows broken: by a real worker process, whole, and with a SIGKILL at 90 %
 * and a new worker. Every row must be accounted for; how long is the rest of it, as a share of the whole? Both from the start of
 * the worker's process to the end of the run.
 *
 *   npm run bench:import-orders -- --rows 1000000 --broken 1 --rounds 1
 *
 * Servers are its own, in a temporary home; profile demo. The broken rows are of eight kinds, a hundred rows apart at 1 %.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { OwnStack } from '../dist/cli/bench/on-own-stack.js';
import { median } from '../dist/cli/bench/spread.js';
import { startRun } from '../dist/cli/start-run.js';
import { readRun } from '../dist/continuation/inspection/index.js';
import { demo } from '../dist/continuation/timing.js';
import { proveImport } from '../dist/orders/prove-import.js';
import { wipeData } from '../dist/orders/wipe-data.js';
import type { SpawnedWorker } from '../dist/worker/spawn-worker.js';
import { writeBrokenOrderFile } from '../test/orders/a-broken-order-file.js';
import { measure } from './measure.js';
import { ProcessMemory } from './process-memory.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    broken: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    patterns: { type: 'string', default: 'step,enumerator' },
    store: { type: 'string', default: 'heartbeat' },
    'batch-size': { type: 'string', default: '200' },
    'checkpoint-every': { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const brokenEvery = Math.round(100 / Number(values.broken));
const batchSize = Number(values['batch-size']);
const checkpointEvery = Number(values['checkpoint-every']);
const store = values.store === 'postgres' || values.store === 'redis' ? values.store : 'heartbeat';
const patterns = values.patterns.split(',');
const limits = { memoryMb: 400, resumeShare: 0.15 };
const killAt = 0.9;
const pollMs = 20;

interface Round {
  readonly wholeMs: number;
  readonly resumeMs: number;
  readonly killedAt: number;
  readonly revisited: number;
  readonly memoryMb: number;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Place extends OwnStack {
  /** The file that is imported. */
  readonly file: string;
}

/** A run and its worker, which is ready by then. */
async function begin(place: Place, pattern: string, name: string) {
  const { client, pool, file } = place;
  await wipeData(pool);
  await pool.query('VACUUM orders');
  await pool.query('CHECKPOINT');
  const startedAtMs = performance.now();
  const worker = await place.startWorker('demo');
  await worker.ready;
  const runId = await startRun(client, pool, {
    workflowType: pattern === 'step' ? 'importOrdersInSteps' : 'importOrdersByEnumerator',
    ...{ pattern, job: 'import-orders', idPrefix: '', workflowId: name },
    ...{ batchSize, checkpointEvery, itemMs: 0, timing: demo, store, file },
  });
  return { worker, runId, startedAtMs, memory: new ProcessMemory(worker.pid) };
}

/** Waits for the run's end, proves it, and ends its worker. */
async function end({ client, pool, file }: Place, runId: string, worker: SpawnedWorker, broken: number) {
  const { result } = await client.workflow.getHandle(runId).result();
  const endedAtMs = performance.now();
  process.kill(worker.pid, 'SIGTERM');
  await worker.exited;
  const proof = await proveImport(pool, { runId, file });
  const expected = { read: rows, imported: rows - broken, rejected: broken };
  const wrong = [proof, result].some((counts) =>
    Object.entries(expected).some(([name, count]) => Reflect.get(counts, name) !== count),
  );
  if (wrong || proof.lostCount + proof.doubledCount + proof.wrongCount > 0)
    throw new Error(`${runId}: ${JSON.stringify({ expected, result, proof })}`);
  say(
    `${runId}: imported ${result.imported} + rejected ${result.rejected} = read ${result.read}, revisited ${result.revisited}`,
  );
  return { endedAtMs, revisited: Number(result.revisited) };
}

async function play(place: Place, pattern: string, round: number, broken: number): Promise<Round> {
  const whole = await begin(place, pattern, `${pattern}-whole-${round}`);
  const wholeEnd = await end(place, whole.runId, whole.worker, broken);
  const wholeMb = await whole.memory.stop();
  const wholeMs = wholeEnd.endedAtMs - whole.startedAtMs;
  say(`${whole.runId}: ${Math.round(wholeMs)} ms, ${wholeMb} MB`);

  const killed = await begin(place, pattern, `${pattern}-killed-${round}`);
  const done = async (): Promise<number> => {
    const { counts } = await readRun(place.client, killed.runId);
    return counts.processed + counts.failed;
  };
  while ((await done()) < rows * killAt) await delay(pollMs);
  process.kill(killed.worker.pid, 'SIGKILL');
  await killed.worker.exited;
  const killedMb = await killed.memory.stop();
  const killedAt = (await done()) / rows;
  const againAtMs = performance.now();
  const heir = await place.startWorker('demo');
  const heirMemory = new ProcessMemory(heir.pid);
  const { endedAtMs, revisited } = await end(place, killed.runId, heir, broken);
  const resumeMs = endedAtMs - againAtMs;
  const heirMb = await heirMemory.stop();
  say(
    `${killed.runId}: killed at ${(killedAt * 100).toFixed(1)} %, the rest took ${Math.round(resumeMs)} ms`,
  );
  return { wholeMs, resumeMs, killedAt, revisited, memoryMb: Math.max(wholeMb, killedMb, heirMb) };
}

await measure(async (stack) => {
  const file = join(stack.home, 'orders.csv');
  const place: Place = { ...stack, file };
  const broken = await writeBrokenOrderFile(file, { rows, brokenEvery });
  say(`${rows} rows, ${broken} of them broken`);

  const measured = new Map<string, Round[]>();
  for (let round = 1; round <= Number(values.rounds); round += 1)
    for (const pattern of patterns)
      measured.set(pattern, [...(measured.get(pattern) ?? []), await play(place, pattern, round, broken)]);

  const lanes = [...measured].map(([pattern, all]) => {
    const wholeMs = median(all.map((one) => one.wholeMs));
    const resumeMs = median(all.map((one) => one.resumeMs));
    return {
      pattern,
      wholeMs: Math.round(wholeMs),
      rowsPerSecond: Math.round((rows * 1_000) / wholeMs),
      killedAt: Number(median(all.map((one) => one.killedAt)).toFixed(3)),
      resumeMs: Math.round(resumeMs),
      ofTheWhole: Number(median(all.map((one) => one.resumeMs / one.wholeMs)).toFixed(3)),
      revisited: Math.max(...all.map((one) => one.revisited)),
      workerPeakMb: Math.max(...all.map((one) => one.memoryMb)),
    };
  });
  const result = {
    rows,
    broken,
    batchSize,
    checkpointEvery,
    store,
    profile: demo.profile,
    node: process.version,
    lanes,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    process.stdout.write(
      `${rows} rows, ${broken} broken, ${batchSize} a transaction, a checkpoint every ${checkpointEvery}, store ${store}, Node ${process.version}, profile demo\n`,
    );
    const titles = ['ms', 'rows/s', 'killed at', 'the rest ms', 'of the whole', 'revisited', 'worker MB'];
    process.stdout.write(`${'pattern'.padEnd(12)}${titles.map((title) => title.padStart(14)).join('')}\n`);
    for (const lane of lanes) {
      const killedAtShare = `${(lane.killedAt * 100).toFixed(1)} %`;
      const share = `${(lane.ofTheWhole * 100).toFixed(1)} %`;
      const cells = [
        lane.wholeMs,
        lane.rowsPerSecond,
        killedAtShare,
        lane.resumeMs,
        share,
        lane.revisited,
        lane.workerPeakMb,
      ];
      process.stdout.write(
        `${lane.pattern.padEnd(12)}${cells.map((cell) => String(cell).padStart(14)).join('')}\n`,
      );
    }
  }
  const missed = lanes.filter(
    ({ workerPeakMb, ofTheWhole }) => workerPeakMb >= limits.memoryMb || ofTheWhole >= limits.resumeShare,
  );
  for (const { pattern } of missed)
    say(`${pattern}: misses < ${limits.memoryMb} MB or < ${limits.resumeShare * 100} %`);
  if (missed.length > 0) process.exitCode = 1;
});
