/**
 * What a demo stands on: the stack, fresh orders, its own workers; and the clearing away of all that it started.
 *
 * T1  It ends what it started, whatever happened: workers by pid, its run, the parts of the stack that it brought up.
 * T2  A worker of somebody else's would take the dead worker's work over: with one running, the demo refuses.
 * T3  Twice in a row it works twice: open runs of before are ended, the orders seeded anew.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { demo as demoTiming } from '../../continuation/timing.js';
import { readSnapshot } from '../../orders/read-snapshot.js';
import { seedOrders } from '../../orders/seed-orders.js';
import { bringUp } from '../../stack/bring-up.js';
import { readEnvironment } from '../../stack/environment.js';
import { takeDown } from '../../stack/take-down.js';
import { UserError } from '../../user-error.js';
import { type SpawnedWorker, spawnWorker } from '../../worker/spawn-worker.js';
import { taskQueue } from '../../worker/task-queue.js';
import { listWorkers } from '../../worker/worker-record.js';
import { type Session, withStack } from '../session.js';
import { startRun } from '../start-run.js';
import type { Narrator } from './narrator.js';

export interface Stage {
  readonly pool: Pool;
  readonly client: Client;
  readonly home: string;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** The Temporal Web UI; null where there is none that we know of. */
  readonly ui: string | null;
  /** Starts a worker in a process of its own; its lines are quoted. */
  startWorker(): Promise<SpawnedWorker>;
  startRun(run: { workflowType: string; pattern: string; idPrefix: string; itemMs: number }): Promise<string>;
}

export interface StageOptions {
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Leave the stack up at the end. */
  readonly keep: boolean;
}

/** Sets the stage, plays, and clears away. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const { narrator, signal, keep } = options;
  await narrator.scene('The stack: real servers, on this machine');
  const up = await bringUp({ onProgress: (message) => narrator.quote(message) });
  const workers: SpawnedWorker[] = [];
  try {
    signal.throwIfAborted();
    const { address, ui } = up.temporal;
    narrator.fact(`Temporal ${address}, PostgreSQL${up.redis === null ? '' : ', Redis'}: up`);
    if (ui !== null) narrator.fact(`Temporal Web UI: ${ui}`);
    return await withStack((session) => playOn(session, ui, options, workers, play));
  } finally {
    for (const { pid, exited } of workers) await endWorker(pid, exited);
    const ours = up.started.length > 0 && !keep;
    if (ours) await takeDown();
  }
}

async function playOn<T>(
  session: Session,
  ui: string | null,
  { narrator, signal }: StageOptions,
  workers: SpawnedWorker[],
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { home } = readEnvironment();
  await refuseOtherWorkers(home);
  const [pool, client] = await Promise.all([session.orders(), session.temporal()]);
  await endOpenRuns(client);
  await seedOrders(pool, { kind: 'quick' });
  await narrator.scene('The orders: 100 real purchases from the CDNOW data');
  const { total, pending, processed, failed } = await readSnapshot(pool);
  narrator.fact(`Total: ${total} | Pending: ${pending} | Processed: ${processed} | Failed: ${failed}`);
  try {
    return await play({
      pool,
      client,
      home,
      narrator,
      signal,
      ui,
      async startWorker() {
        const worker = await spawnWorker({
          home,
          profile: 'demo',
          faultSeam: true,
          onLine: (line) => narrator.quote(withoutRunId(line)),
        });
        workers.push(worker);
        return worker;
      },
      startRun: (run) =>
        startRun(client, {
          ...run,
          job: 'process-orders',
          workflowId: null,
          batchSize: 1,
          checkpointEvery: 1,
          timing: demoTiming,
        }),
    });
  } finally {
    await endOpenRuns(client);
  }
}

async function refuseOtherWorkers(home: string): Promise<void> {
  const others = await listWorkers(home);
  if (others.length === 0) return;
  const names = others.map(({ identity }) => identity).join(', ');
  throw new UserError(
    `A worker is running already (${names}): it would take over what the demo kills.`,
    'npx leftoff kill --signal SIGTERM',
  );
}

async function endOpenRuns(client: Client): Promise<void> {
  const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    await client.workflow
      .getHandle(workflowId)
      .terminate('The demo starts over')
      .catch(() => undefined);
  }
}

async function endWorker(pid: number, exited: SpawnedWorker['exited']): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // It is gone already.
  }
  await exited;
}

/** The worker's lines start with the run's id; on stage there is one run. */
function withoutRunId(line: string): string {
  return line.replace(/^orders-\S+ {2}/, '');
}
