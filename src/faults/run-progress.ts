/**
 * How far a run is, for faults that wait for it: asked of the database and the server, which may be away meanwhile.
 *
 * G1  Work is counted in visits, a revisit too: what started over goes on as well.
 * G2  A part that doesn't answer says nothing; it is asked again. A wait without end is none: it ends with the reason.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isOutage } from '../orders/is-outage.js';
import { UserError } from '../user-error.js';
import type { FaultScene } from './fault.js';

const askEveryMs = 25;
/** The end of a run is asked of Temporal, whose answer costs more. */
const askTemporalEveryMs = 250;
/** A frozen worker takes its run's work once with each open poll, for a heartbeat timeout and a longer wait each time: minutes in production. */
const goesOnWithinMs = 600_000;

type Run = Pick<FaultScene, 'pool' | 'client' | 'runId' | 'signal'>;

/** Whatever the job is: of orders, of months of customers, of rows of a file. */
const visitsSql = `
  SELECT (SELECT coalesce(sum(visits), 0) FROM orders WHERE run_id = $1)::int
    + (SELECT coalesce(sum(visits), 0) FROM reports WHERE run_id = $1)::int
    + (SELECT coalesce(sum(revisited + (SELECT count(*) FROM orders WHERE orders.import_id = imports.import_id)), 0)
       FROM imports WHERE run_id = $1)::int AS visits`;

/** Visits of this run until now; null: the database is away. */
export async function visitsOf({ pool, runId }: Pick<Run, 'pool' | 'runId'>): Promise<number | null> {
  try {
    const { rows } = await pool.query<{ visits: number }>(visitsSql, [runId]);
    return rows[0]?.visits ?? 0;
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

/** Whether the run has ended, however; false where nobody knows: not started yet, or Temporal is away. */
export async function hasEnded({ client, runId }: Pick<Run, 'client' | 'runId'>): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(runId).describe();
    return status.name !== 'RUNNING' && status.name !== 'CONTINUED_AS_NEW';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isAwayTemporal(error)) return false;
    throw error;
  }
}

/** Resolves when the run has ended; never where `signal` aborts before. */
export async function awaitEnd(run: Run, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await hasEnded(run)))
    await delay(askTemporalEveryMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) await new Promise<never>(() => undefined);
}

/** Waits until the run has made so many visits more than these, or has ended. */
export async function awaitVisitsBeyond(run: Run, before: number, more: number): Promise<void> {
  let askTemporalAtMs = 0;
  await awaitThat(run, 'the run to go on', async () => {
    const visits = await visitsOf(run);
    if (visits !== null && visits >= before + more) return true;
    if (performance.now() < askTemporalAtMs) return false;
    askTemporalAtMs = performance.now() + askTemporalEveryMs;
    return hasEnded(run);
  });
}

/** Asks again and again. @throws the scene's reason when it is called off, UserError when it takes too long */
export async function awaitThat(
  { signal }: Pick<Run, 'signal'>,
  what: string,
  isSo: () => Promise<boolean>,
  everyMs: number = askEveryMs,
): Promise<void> {
  const deadline = performance.now() + goesOnWithinMs;
  while (!(await isSo())) {
    signal.throwIfAborted();
    if (performance.now() > deadline)
      throw new UserError(
        `After the fault it took more than ${goesOnWithinMs / 1_000} s for ${what}.`,
        'npx leftoff status tells where the run is; npx leftoff verify checks the stack.',
      );
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** gRPC: 1 is CANCELLED, 4 DEADLINE_EXCEEDED, 14 UNAVAILABLE; the client wraps it in an error of its own. */
const awayCodes: readonly unknown[] = [1, 4, 14];

function isAwayTemporal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && awayCodes.includes(error.code)) return true;
  return error.cause !== undefined && isAwayTemporal(error.cause);
}
