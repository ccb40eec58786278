/**
 * One fault of a demo: strike at an order, read the checkpoint while nobody is alive, start a worker, see it go on.
 *
 * Everything told here is read from the process table, the server or the database at that moment.
 */
import { readCheckpoints } from '../../continuation/inspection/index.js';
import { type KilledWorker, killAt } from '../../worker/kill-workers.js';
import type { SpawnedWorker } from '../../worker/spawn-worker.js';
import { describeCursor } from '../run-summary.js';
import { awaitOrderAfter } from './await-orders.js';
import type { Stage } from './stage.js';

export interface PlannedFault {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly at: number;
}

export interface FaultOutcome {
  readonly signal: PlannedFault['signal'];
  readonly killedAt: number;
  /** From the signal to the next order done; from the new worker's start where a person paused in between. */
  readonly recoveryMs: number;
}

/** A strike that is armed already: it falls when the worker gets there. */
export interface ArmedStrike {
  readonly fault: PlannedFault;
  readonly struck: Promise<{ killed: KilledWorker; replacement: SpawnedWorker | null }>;
}

/** Arms the fault now; without pauses the new worker is started the moment the signal is sent. */
export function armStrike(stage: Stage, fault: PlannedFault): ArmedStrike {
  let replacement: Promise<SpawnedWorker> | null = null;
  const struck = (async () => {
    const [killed] = await killAt(stage.home, {
      signal: fault.signal,
      position: fault.at,
      waiting: stage.signal,
      onSent: () => {
        if (!stage.narrator.waitsForEnter) replacement = stage.startWorker();
      },
    });
    if (killed === undefined) throw new Error('A strike returned no worker.');
    return { killed, replacement: await replacement };
  })();
  // Awaited later; until then a failure must not end the process.
  struck.catch(() => undefined);
  return { fault, struck };
}

/** Plays a fault from the strike to the first order after it. `next` is armed in between, before anyone can pass it. */
export async function playFault(
  stage: Stage,
  runId: string,
  strike: ArmedStrike,
  onStruck: () => void,
): Promise<FaultOutcome> {
  const { narrator } = stage;
  const { killed, replacement } = await strike.struck;
  onStruck();
  const killedAt = killed.orderId ?? strike.fault.at;
  await narrator.scene(`${strike.fault.signal} at order ${killedAt}`);
  narrator.fact(`${killed.words}`);
  await tellCheckpoint(stage, runId, killedAt);
  let startedAtMs = killed.sentAtMs;
  if (replacement === null) {
    await narrator.pause('start a new worker');
    startedAtMs = Date.now();
    await stage.startWorker();
  }
  const goneOnAtMs = await awaitOrderAfter(stage, runId, killedAt);
  const recoveryMs = goneOnAtMs - startedAtMs;
  const since = replacement === null ? "the new worker's start" : 'the signal';
  narrator.fact(`going again: the next order was done ${(recoveryMs / 1_000).toFixed(1)} s after ${since}`);
  return { signal: strike.fault.signal, killedAt, recoveryMs };
}

async function tellCheckpoint(stage: Stage, runId: string, killedAt: number): Promise<void> {
  const { narrator } = stage;
  const { executions, checkpoints, run } = await readCheckpoints(stage.client, runId);
  const { rows } = await stage.pool.query<{ done: number; charges: number }>(
    `SELECT (SELECT count(*)::int FROM orders WHERE run_id = $1 AND status <> 'pending') AS done,
            (SELECT count(*)::int FROM charges WHERE run_id = $1) AS charges`,
    [runId],
  );
  const events = executions.reduce((sum, execution) => sum + execution.events, 0);
  narrator.fact(`no worker is alive; Workflow history has ${events} events, and says:`);
  // The new worker may be quicker than this reading: what it did since doesn't count as the state at the fault.
  const latest = checkpoints.filter(({ cursor }) => typeof cursor === 'number' && cursor <= killedAt).at(-1);
  if (latest === undefined) narrator.bad('no checkpoint at all');
  else if (latest.source === 'heartbeat')
    narrator.good(`${describeCursor(latest.cursor)}, live: the last heartbeat's details, not in history`);
  else narrator.good(`${describeCursor(latest.cursor)}, from ${latest.source}, event ${latest.eventId}`);
  narrator.fact(
    `the database says: ${rows[0]?.done ?? 0} orders done, ${rows[0]?.charges ?? 0} charges; run is ${run.state}`,
  );
}
