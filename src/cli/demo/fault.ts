/**
 * One fault of a demo: strike at an order, read the checkpoint while nobody is alive, start a worker, see it go on.
 *
 * Everything told here is read from the process table, the server or the database at that moment.
 */
import { readCheckpoints } from '../../continuation/inspection/index.js';
import { patternSchema } from '../jobs.js';
import { readMemo } from '../run-memo.js';
import { counted, describeCursor } from '../run-summary.js';
import { awaitGoingOn } from './await-orders.js';
import type { Narrator } from './narrator.js';
import type { RunOnStage, Stage } from './stage.js';
import {
  type ArmedStrike,
  awaitStrike,
  type PlannedFault,
  replaceKilled,
  seconds,
  whereKept,
  whoIsThere,
} from './strike.js';

export interface FaultOutcome {
  readonly signal: PlannedFault['signal'];
  readonly killedAt: number;
  /** From the signal to the next order done; from the new worker's start where a person paused in between. */
  readonly recoveryMs: number;
}

/** Less pretended work than this, in milliseconds, is nothing to tell of. */
const leastTold = 50;

/** Plays a fault from the strike to the first order after it. `onStruck` may arm the next one, before anyone can pass it. */
export async function playFault(
  stage: Stage,
  run: RunOnStage,
  strike: ArmedStrike,
  onStruck: () => Promise<void>,
): Promise<FaultOutcome> {
  const { narrator } = stage;
  const { signal, at } = strike.fault;
  const struck = await awaitStrike(stage, run, strike, `order ${at}`);
  const { killed } = struck;
  await onStruck();
  const killedAt = killed.position ?? at;
  await narrator.scene(`${signal} at order ${killedAt}`);
  narrator.fact(killed.words);
  await tellCheckpoint(stage, run.runId, killedAt);
  const since = await replaceKilled(stage, struck);
  const next = `the first order after ${killedAt}`;
  const goneOn = await stage.waitFor(next, run, awaitGoingOn(stage, run, killedAt));
  const recoveryMs = goneOn.atMs - since.atMs;
  const own = describeOwnWork(strike.fault, run.itemMs);
  narrator.fact(
    goneOn.kind === 'next order done'
      ? `going again: the next order was done ${seconds(recoveryMs)} after ${since.words}${own}`
      : `no order was left after it: the run was completed ${seconds(recoveryMs)} after ${since.words}`,
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
  const who = await whoIsThere(stage);
  const events = executions.reduce((sum, execution) => sum + execution.events, 0);
  narrator.fact(`${who}; Temporal has ${events} events of history, and says:`);
  // The new worker may be quicker than this reading: what it did since doesn't count as the state at the fault.
  const latest = checkpoints.filter(({ cursor }) => typeof cursor === 'number' && cursor <= killedAt).at(-1);
  if (latest === undefined) tellNone(narrator, readMemo(run.memo).pattern);
  else narrator.good(`${describeCursor(latest.cursor)}, ${whereKept(latest)}`);
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
