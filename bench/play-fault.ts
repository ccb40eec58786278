/** One cell of a matrix: a lane's run under a fault, on orders and a worker of its own, and what came of it, counted by the database. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { runOfLane } from '../dist/cli/compare/lane-run.js';
import type { Lane } from '../dist/cli/compare/lanes.js';
import { Crew } from '../dist/cli/demo/crew.js';
import { endOpenRuns, listOpenRuns } from '../dist/cli/end-open-runs.js';
import { startRun } from '../dist/cli/start-run.js';
import { readRun } from '../dist/continuation/inspection/index.js';
import { demo, type Timing } from '../dist/continuation/timing.js';
import type { ArmedFaultOfRun, Fallen, Fault, FaultScene } from '../dist/faults/fault.js';
import { readFirstEffect } from '../dist/faults/first-effect.js';
import { hasEnded } from '../dist/faults/run-progress.js';
import { type Proof, proveOrders } from '../dist/orders/prove-orders.js';
import { seedOrders } from '../dist/orders/seed-orders.js';
import { selectOrders } from '../dist/orders/select-orders.js';
import type { Environment } from '../dist/stack/environment.js';
import { disarmAllFaults } from '../dist/worker/fault-points.js';

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
  readonly strikes: Fault['strikes'];
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

let played = 0;

export async function playFault(place: Place, play: FaultToPlay): Promise<Played> {
  const { environment, pool, client } = place;
  const { home } = environment;
  const { lane, at, orders, itemMs, checkpointEvery, strikes, timing = {} } = play;
  const limit = AbortSignal.timeout(cellLimitMs);
  await disarmAllFaults(home);
  await seedOrders(pool, { kind: 'total', total: orders });
  const tell = (line: string): void => void process.stderr.write(`    ${line}\n`);
  const crew = new Crew({
    ...{ home, profile: 'demo', player: { noun: 'cell', command: 'The same command' } },
    onLine: () => undefined,
    onLost: ({ message }) => tell(message),
  });
  const scene: Omit<FaultScene, 'runId'> = {
    ...{ environment, pool, client, at, signal: limit },
    startWorker: (variables) => crew.start(variables),
    expectEndOf: (pid) => crew.expectEndOf(pid),
    tell,
  };
  played += 1;
  const runId = `orders-${lane.name.replaceAll('/', '-')}-${process.pid}-${played}`;
  try {
    const variables = (await play.prepare?.(scene)) ?? {};
    const first = await scene.startWorker(variables);
    await first.ready;
    let goneAtMs: number | null = null;
    void first.exited.then(() => {
      goneAtMs = Date.now();
    });
    const { upTo } = await selectOrders(pool, runId);
    const { fallen } = await play.arm({ ...scene, runId });
    const startedMs = performance.now();
    await startRun(client, pool, {
      ...runOfLane(lane, { checkpointEvery, timing: { ...demo, ...timing } }),
      ...{ workflowId: runId, itemMs },
    });
    const fell = await fallen;
    while (!(await hasEnded({ client, runId }))) {
      limit.throwIfAborted();
      await delay(50);
    }
    const durationMs = Math.round(performance.now() - startedMs);
    const proof = await proveOrders(pool, { runId, upTo, except: fell.notSelected ?? [] });
    // The control is no job of the library's: there is nothing to read of its progress.
    const run = lane.pattern === 'naive' ? null : await readRun(client, runId);
    if (run !== null && run.state !== 'completed')
      throw new Error(`${runId} ended as ${run.state}: ${run.failure}`);
    const resumedAfter = run?.resumptions[0]?.resumedAfter;
    const nextMs = await readFirstEffect(pool, runId, { fault: { strikes }, fell, goneAtMs });
    return {
      ...{ runId, fallen: fell, proof, durationMs, resumptions: run?.resumptionCount ?? 0 },
      resumedAfter: typeof resumedAfter === 'number' ? resumedAfter : null,
      recoveryMs: nextMs === null ? null : Math.round(nextMs - fell.struckAtMs),
    };
  } finally {
    await crew.endAll();
    const runs = await listOpenRuns(client);
    await endOpenRuns({ client, pool, home, runs, how: { kind: 'terminate', reason: 'the cell is over' } });
  }
}
