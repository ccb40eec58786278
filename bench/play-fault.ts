/** One cell of a matrix: a lane's run under a fault, on orders and a worker of its own, and what came of it, counted by the database. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Lane } from '../dist/cli/compare/lanes.js';
import { endOpenRuns, listOpenRuns } from '../dist/cli/end-open-runs.js';
import { jobIn } from '../dist/cli/jobs.js';
import { startRun } from '../dist/cli/start-run.js';
import { readRun } from '../dist/continuation/inspection/index.js';
import { demo, type Timing } from '../dist/continuation/timing.js';
import type { ArmedFaultOfRun, Fallen, FaultScene } from '../dist/faults/fault.js';
import { hasEnded } from '../dist/faults/run-progress.js';
import { type Proof, proveOrders } from '../dist/orders/prove-orders.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { selectOrders } from '../dist/orders/select-orders.js';
import type { Environment } from '../dist/stack/environment.js';
import { disarmAllFaults } from '../dist/worker/fault-points.js';
import { type SpawnedWorker, spawnWorker } from '../dist/worker/spawn-worker.js';

export interface Place {
  readonly environment: Environment;
  readonly pool: Pool;
  readonly client: Client;
}

export interface FaultToPlay {
  readonly lane: Lane;
  readonly at: number;
  readonly orders: number;
  readonly itemMs: number;
  readonly checkpointEvery: number;
  readonly timing?: Partial<Timing>;
  /** Before the first worker: what it is to have in its environment. */
  readonly prepare?: (scene: Omit<FaultScene, 'runId'>) => Promise<Readonly<Record<string, string>>>;
  readonly arm: (scene: FaultScene) => Promise<ArmedFaultOfRun>;
}

export interface Played {
  readonly runId: string;
  readonly fallen: Fallen;
  readonly proof: Proof;
  /** From the fault to the next charge that was booked; null: there was none. */
  readonly recoveryMs: number | null;
  readonly resumedAfter: number | null;
  readonly resumptions: number;
  readonly durationMs: number;
}

/** A cell that takes longer hangs. */
const cellLimitMs = 240_000;
/** No Node process books a charge so soon after its start. */
const noWorkerYetMs = 150;
const naive = { workflowType: 'processOrdersNaively', partitionedType: null, idPrefix: 'orders-naive-' };

let played = 0;

export async function playFault(place: Place, play: FaultToPlay): Promise<Played> {
  const { environment, pool, client } = place;
  const { home } = environment;
  const { lane, at, orders, itemMs, checkpointEvery, timing = {} } = play;
  const workers: SpawnedWorker[] = [];
  const limit = AbortSignal.timeout(cellLimitMs);
  await disarmAllFaults(home);
  await seedOrders(pool, { kind: 'total', total: orders });
  const scene: Omit<FaultScene, 'runId'> = {
    ...{ environment, pool, client, at, signal: limit },
    startWorker: async (variables = {}) => {
      const quietly = { home, profile: 'demo', faultSeam: true, onLine: () => undefined } as const;
      const worker = await spawnWorker({ ...quietly, variables });
      workers.push(worker);
      return worker;
    },
    expectEndOf: () => undefined,
    tell: (line) => void process.stderr.write(`    ${line}\n`),
  };
  played += 1;
  const runId = `orders-${lane.name.replaceAll('/', '-')}-${process.pid}-${played}`;
  try {
    const variables = (await play.prepare?.(scene)) ?? {};
    await (await scene.startWorker(variables)).ready;
    const { upTo } = await selectOrders(pool, runId);
    const { fallen } = await play.arm({ ...scene, runId });
    const startedMs = performance.now();
    const { pattern, store } = lane;
    await startRun(client, pool, {
      ...(pattern === 'naive' ? naive : jobIn(pattern)),
      ...{ pattern, job: 'process-orders', workflowId: runId, store },
      ...{ batchSize: 1, checkpointEvery, itemMs, timing: { ...demo, ...timing } },
    });
    const fell = await fallen;
    while (!(await hasEnded({ client, runId }))) {
      limit.throwIfAborted();
      await delay(50);
    }
    const durationMs = Math.round(performance.now() - startedMs);
    const proof = await proveOrders(pool, { runId, upTo, except: fell.notSelected ?? [] });
    // The control is no job of the library's: there is nothing to read of its progress.
    const run = pattern === 'naive' ? null : await readRun(client, runId);
    if (run !== null && run.state !== 'completed')
      throw new Error(`${runId} ended as ${run.state}: ${run.failure}`);
    const resumedAfter = run?.resumptions[0]?.resumedAfter;
    return {
      ...{ runId, fallen: fell, proof, durationMs, resumptions: run?.resumptionCount ?? 0 },
      resumedAfter: typeof resumedAfter === 'number' ? resumedAfter : null,
      recoveryMs: await recoveryOf(pool, runId, fell),
    };
  } finally {
    for (const { pid, exited } of workers) {
      kill(pid);
      await exited;
    }
    const runs = await listOpenRuns(client);
    await endOpenRuns({ client, pool, home, runs, how: { kind: 'terminate', reason: 'the cell is over' } });
  }
}

/** Ours by its handle: as long as its end isn't known, its pid is nobody else's. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // It has ended already.
  }
}

async function recoveryOf(
  pool: Pool,
  runId: string,
  { struckAtMs, replacement, fault }: Fallen,
): Promise<number | null> {
  const byAnotherWorker = replacement !== null && !/^(redis-stopped|postgres|temporal)/.test(fault);
  const sinceMs = byAnotherWorker ? replacement.startedAtMs + noWorkerYetMs : struckAtMs;
  const { rows } = await pool.query<{ atMs: number | null }>(
    `SELECT (extract(epoch FROM min(charged_at)) * 1000)::float8 AS "atMs"
     FROM charges WHERE run_id = $1 AND charged_at > to_timestamp($2::float8 / 1000)`,
    [runId, sinceMs],
  );
  const atMs = rows[0]?.atMs ?? null;
  return atMs === null ? null : Math.round(atMs - struckAtMs);
}
