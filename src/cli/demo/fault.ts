/**
 * One fault of a demo: strike at an order, read the checkpoint while nobody is alive, start a worker, see it go on.
 *
 * Everything told here is read from the process table, the server or the database at that moment.
 */
import { readCheckpoints } from '../../continuation/inspection/index.js';
import { UserError } from '../../user-error.js';
import { type KilledWorker, killAt } from '../../worker/kill-workers.js';
import type { SpawnedWorker } from '../../worker/spawn-worker.js';
import { listWorkers } from '../../worker/worker-record.js';
import { patternSchema } from '../jobs.js';
import { readMemo } from '../run-memo.js';
import { counted, describeCursor } from '../run-summary.js';
import { awaitGoingOn } from './await-orders.js';
import type { Narrator } from './narrator.js';
import type { RunOnStage, Stage } from './stage.js';

export interface PlannedFault {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** An order, or a customer. */
  readonly at: number;
  /** Months of that customer that it lets pass; default: none. */
  readonly passing?: number;
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
  /** Whether the signal is sent. */
  readonly isSent: () => boolean;
  readonly struck: Promise<{ killed: KilledWorker; replacement: SpawnedWorker | null }>;
}

/** Arms the fault now; without pauses the new worker is started the moment the signal is sent. */
export function armStrike(stage: Stage, fault: PlannedFault): ArmedStrike {
  let replacement: Promise<SpawnedWorker> | null = null;
  let sent = false;
  const struck = (async () => {
    const [killed] = await killAt(stage.home, {
      signal: fault.signal,
      position: fault.at,
      passing: fault.passing ?? 0,
      waiting: stage.signal,
      onSent: ({ pid }) => {
        sent = true;
        stage.expectEndOf(pid);
        if (!stage.narrator.waitsForEnter) replacement = stage.startWorker();
      },
    });
    if (killed === undefined) throw new Error('A strike returned no worker.');
    return { killed, replacement: await replacement };
  })();
  // Awaited later; until then a failure must not end the process.
  struck.catch(() => undefined);
  return { fault, struck, isSent: () => sent };
}

/** Less pretended work than this, in milliseconds, is nothing to tell of. */
const leastTold = 50;

/** Plays a fault from the strike to the first order after it. `onStruck` may arm the next one, before anyone can pass it. */
export async function playFault(
  stage: Stage,
  run: RunOnStage,
  strike: ArmedStrike,
  onStruck: () => void,
): Promise<FaultOutcome> {
  const { narrator } = stage;
  const { signal, at } = strike.fault;
  await stage.waitFor(`order ${at}`, run, Promise.race([strike.struck, run.ended]));
  if (!strike.isSent())
    throw new UserError(`The run ended before order ${at} was reached.`, 'npx leftoff demo --help');
  const { killed, replacement } = await strike.struck;
  onStruck();
  const killedAt = killed.position ?? at;
  await narrator.scene(`${signal} at order ${killedAt}`);
  narrator.fact(killed.words);
  await tellCheckpoint(stage, run.runId, killedAt);
  let startedAtMs = killed.sentAtMs;
  if (replacement === null) {
    await narrator.pause('start a new worker');
    startedAtMs = Date.now();
    await stage.startWorker();
  }
  const next = `the first order after ${killedAt}`;
  const goneOn = await stage.waitFor(next, run, awaitGoingOn(stage, run, killedAt));
  const recoveryMs = goneOn.atMs - startedAtMs;
  const since = replacement === null ? "the new worker's start" : 'the signal';
  const own = describeOwnWork(strike.fault, run.itemMs);
  narrator.fact(
    goneOn.kind === 'next order done'
      ? `going again: the next order was done ${seconds(recoveryMs)} after ${since}${own}`
      : `no order was left after it: the run was completed ${seconds(recoveryMs)} after ${since}`,
  );
  return { signal, killedAt, recoveryMs };
}

/** What of a recovery is pretended work, and what a real stop would take on top. */
export function describeOwnWork({ signal, at }: PlannedFault, itemMs: number): string {
  if (itemMs < leastTold) return '';
  const own = `${seconds(itemMs)} of it that order's own work`;
  return signal === 'SIGTERM'
    ? ` (${own}; what was left of order ${at}'s was cut short, real work would have ended first)`
    : ` (${own})`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What is kept, as the server and the database tell it while the new worker is still starting, or nobody is there at all. */
async function tellCheckpoint(stage: Stage, runId: string, killedAt: number): Promise<void> {
  const { narrator } = stage;
  const [{ executions, checkpoints, run }, { rows }] = await Promise.all([
    readCheckpoints(stage.client, runId),
    stage.pool.query<{ done: number; charges: number }>(
      `SELECT (SELECT count(*)::int FROM orders WHERE run_id = $1 AND status <> 'pending') AS done,
              (SELECT count(*)::int FROM charges WHERE run_id = $1) AS charges`,
      [runId],
    ),
  ]);
  const alive = await listWorkers(stage.home);
  const events = executions.reduce((sum, execution) => sum + execution.events, 0);
  const who = alive.length === 0 ? 'no worker is alive' : 'the new worker is just there';
  narrator.fact(`${who}; Temporal has ${events} events of history, and says:`);
  // The new worker may be quicker than this reading: what it did since doesn't count as the state at the fault.
  const latest = checkpoints.filter(({ cursor }) => typeof cursor === 'number' && cursor <= killedAt).at(-1);
  if (latest === undefined) tellNone(narrator, readMemo(run.memo).pattern);
  else if (latest.source === 'heartbeat')
    narrator.good(`${describeCursor(latest.cursor)}, live: the last heartbeat's details, not in history`);
  else narrator.good(`${describeCursor(latest.cursor)}, from ${latest.source}, event ${latest.eventId}`);
  const { done = 0, charges = 0 } = rows[0] ?? {};
  narrator.fact(
    `the database says: ${counted(done, 'order')} done, ${counted(charges, 'charge')}; run is ${run.state}`,
  );
}

/** With a pattern it is only too early for a checkpoint; without one there never is any, and that is the problem. */
function tellNone(narrator: Narrator, pattern: string): void {
  const words = 'a new worker starts at the beginning';
  if (patternSchema.safeParse(pattern).success) narrator.fact(`– no checkpoint yet: ${words}`);
  else narrator.bad(`no checkpoint: ${words}`);
}
