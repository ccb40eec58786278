/**
 * Ends open runs for good, so that the orders can be set back or replaced under them.
 *
 * E1  Only runs on our Task Queue, in our namespace.
 * E2  When it resolves, no worker changes an order for them any more; otherwise one order would be charged right after a reset.
 *     They are marked in the database, so that a worker that is frozen meanwhile does nothing either when it wakes.
 * E3  What is deleted frees its id for the next run, whose start takes the mark away: so the Activity in hand, which hears of the
 *     end with its next heartbeat, is waited for as well.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Pool } from 'pg';
import { timings } from '../continuation/timing.js';
import { markRunsEnded } from '../orders/mark-runs-ended.js';
import { taskQueue } from '../worker/task-queue.js';
import { listWorkers } from '../worker/worker-record.js';
import { readMemo, timingOf } from './run-memo.js';
import { workersAlive } from './workers-alive.js';

/** From the end of its heartbeat's round trip to the end of the order in hand, whose pretended work is cut short. */
const lastOrderMs = 150;

export interface OpenRun {
  readonly workflowId: string;
  readonly profile: 'demo' | 'production';
}

/** The runs that have not ended. */
export async function listOpenRuns(client: Client): Promise<OpenRun[]> {
  const runs: OpenRun[] = [];
  const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    runs.push({ workflowId, profile: timingOf(readMemo(memo)).profile });
  }
  return runs;
}

export interface EndingRuns {
  readonly client: Client;
  readonly pool: Pool;
  readonly home: string;
  readonly runs: readonly OpenRun[];
  /** `delete` leaves nothing of them; a reason is kept in the run's history. */
  readonly how: { readonly kind: 'terminate'; readonly reason: string } | { readonly kind: 'delete' };
}

/** Ends the runs and waits until their workers have let go. */
export async function endOpenRuns({ client, pool, home, runs, how }: EndingRuns): Promise<void> {
  if (runs.length === 0) return;
  const workers = await workersAlive(client, await listWorkers(home));
  const waits = await Promise.all(runs.map((run) => endRun(client, run, how)));
  await markRunsEnded(
    pool,
    runs.map(({ workflowId }) => workflowId),
  );
  if (how.kind === 'delete' && workers.length > 0) await delay(Math.max(...waits));
}

/** @returns how long a worker may still be at it, in milliseconds. */
async function endRun(
  client: Client,
  { workflowId, profile }: OpenRun,
  how: EndingRuns['how'],
): Promise<number> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    if (how.kind === 'terminate') await handle.terminate(how.reason);
    else {
      const { namespace } = client.options;
      await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    }
    // Also where none was in hand when we looked: the next Activity may have begun just before the end.
    const { heartbeatTimeoutMs, heartbeatThrottleMs } = timings[profile];
    return heartbeatTimeoutMs / 4 + heartbeatThrottleMs + lastOrderMs;
  } catch (error) {
    // It came to its end by itself in between.
    if (error instanceof WorkflowNotFoundError) return 0;
    throw error;
  }
}
