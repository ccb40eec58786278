/**
 * What a demo stands on: the stack, fresh orders, its own workers; and the clearing away of all that it started.
 *
 * T1  It ends what it started, whatever happened: workers, its run, armed faults, the parts of the stack that it brought up.
 * T2  A worker of somebody else's would take the dead worker's work over: with one running, the demo refuses.
 * T3  Twice in a row it works twice: open runs and armed faults of before are ended, the orders seeded anew; on servers of
 *     the user's own only after `--yes`.
 * T4  A worker that ends without having been struck, a run that fails, or a wait in which nothing goes on, ends the demo with the
 *     reason.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { demo as demoTiming } from '../../continuation/timing.js';
import { readSnapshot } from '../../orders/read-snapshot.js';
import { seedOrders } from '../../orders/seed-orders.js';
import type { SpawnedWorker } from '../../worker/spawn-worker.js';
import { listWorkers } from '../../worker/worker-record.js';
import type { JobName } from '../jobs.js';
import { counted } from '../run-summary.js';
import { type Session, withStack } from '../session.js';
import { describeSnapshot } from '../snapshot.js';
import { startRun } from '../start-run.js';
import { workersAlive } from '../workers-alive.js';
import { clearRuns } from './clear-runs.js';
import { Crew } from './crew.js';
import { onDemoStack } from './demo-stack.js';
import type { Narrator } from './narrator.js';
import { demoPlayer as player } from './player.js';
import { refuseOtherWorkers } from './refuse-other-workers.js';
import { spareOthersData } from './spare-others-data.js';
import { stageWaits } from './stage-wait.js';
import { watchRun } from './watch-run.js';

export interface Stage {
  readonly pool: Pool;
  readonly client: Client;
  readonly home: string;
  readonly narrator: Narrator;
  /** Aborts on Ctrl+C, and when the story can't go on (T4). */
  readonly signal: AbortSignal;
  /** Starts a worker in a process of its own; its lines are quoted. */
  startWorker(): Promise<SpawnedWorker>;
  /** From now on this worker's end is part of the story. */
  expectEndOf(pid: number): void;
  startRun(run: RunToStage): Promise<RunOnStage>;
  /** Waits as long as the run goes on, and ends the demo when it doesn't (T4). */
  waitFor<T>(waitedFor: string, run: RunOnStage, wait: Promise<T>): Promise<T>;
}

interface RunToStage {
  readonly workflowType: string;
  readonly pattern: string;
  readonly job: JobName;
  readonly idPrefix: string;
  readonly itemMs: number;
}

export interface RunOnStage {
  readonly runId: string;
  /** Pretended work per order, which is part of every recovery that is told. */
  readonly itemMs: number;
  /** Resolves when it has completed. @throws the stage's reason: why it failed, or why the demo ends */
  readonly ended: Promise<void>;
}

export interface StageOptions {
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Leave the stack up at the end. */
  readonly keep: boolean;
  /** Replace orders and end runs on servers that the environment names as well. */
  readonly mayReplace: boolean;
  /** What the story is about. */
  readonly seed: StagedSeed;
}

/** The orders on stage. */
type StagedSeed = 'quick' | 'customers';

const seedTitles: Record<StagedSeed, string> = {
  quick: 'The orders: 100 real purchases from the CDNOW data',
  customers: 'The customers: 50 of the CDNOW data, with all their orders',
};

/** A demo's statements take milliseconds: a server that is silent for this long is frozen. */
const statementLimitMs = 5_000;
/** A slow machine's worker starts in 5 s, and a lost one's work is handed on in 2 s; an audience waits no longer than this. */
const standstillMs = 20_000;

/** Sets the stage, plays, and clears away. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  return onDemoStack({ ...options, player }, () =>
    withStack((session) => playOn(session, options, play), { statementLimitMs }),
  );
}

async function playOn<T>(
  session: Session,
  { narrator, signal, mayReplace, seed }: StageOptions,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { home } = session;
  const [pool, client] = await Promise.all([session.orders(), session.temporal()]);
  refuseOtherWorkers(player, await workersAlive(client, await listWorkers(home)));
  if (!mayReplace) await spareOthersData(session.addresses, { pool, client, player });
  const [before, ended] = await Promise.all([readSnapshot(pool), clearRuns({ client, pool, home, player })]);
  await seedOrders(pool, { kind: seed });
  await narrator.scene(seedTitles[seed]);
  if (before.total > 0) narrator.fact(`in place of the ${counted(before.total, 'order')} that were there`);
  if (ended.length > 0) narrator.fact(`ended, since it was still open: ${ended.join(', ')}`);
  narrator.fact(describeSnapshot(await readSnapshot(pool)));
  const failing = new AbortController();
  const fail = (reason: Error): void => failing.abort(reason);
  const waits = stageWaits({ client, pool, home, player }, { limitMs: standstillMs, fail });
  const onLine = (line: string): void => {
    if (isSignOfWork(line)) waits.goesOn();
    narrator.quote(withoutRunId(line));
  };
  const crew = new Crew({ home, profile: 'demo', player, onLine, onLost: fail });
  const stage: Stage = {
    pool,
    client,
    home,
    narrator,
    signal: AbortSignal.any([signal, failing.signal]),
    startWorker: () => crew.start(),
    expectEndOf: (pid) => crew.expectEndOf(pid),
    async startRun(run) {
      const settings = { workflowId: null, batchSize: 1, checkpointEvery: 1, timing: demoTiming };
      const runId = await startRun(client, pool, { ...run, ...settings });
      return { runId, itemMs: run.itemMs, ended: watchRun(client, runId, stage.signal, failing) };
    },
    waitFor: (waitedFor, { itemMs }, wait) => waits.waitFor(waitedFor, itemMs, wait),
  };
  try {
    return await play(stage);
  } catch (error) {
    throw failing.signal.aborted && !signal.aborted ? failing.signal.reason : error;
  } finally {
    if (stage.signal.aborted) narrator.quote('clearing away: workers, run, armed faults');
    await crew.endAll();
    await clearRuns({ client, pool, home, player }).catch(() => undefined);
  }
}

/** A line of work, or a worker's that is ready; that the database is away is none. */
function isSignOfWork(line: string): boolean {
  return withoutRunId(line) !== line || / ready after /.test(line);
}

/** The worker's lines start with the run's id; on stage there is one run. */
function withoutRunId(line: string): string {
  return line.replace(/^(orders|reports)-\S+ {2}/, '');
}
