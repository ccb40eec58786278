/**
 * Deletes runs with their histories: every execution of every run on our Task Queue.
 *
 * The server deletes in the background. What ended less than half a minute ago stays on its list that long (measured
 * 32 to 34 s): deletion waits until the end itself is checkpointed. An open run that is deleted goes at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { taskQueue } from '../worker/task-queue.js';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

const atOnce = 20;
/** Longer than what was measured, on a busy machine too. */
const waitLimitMs = 50_000;
/** A wait longer than this is to be explained. */
const silentMs = 1_000;
const pollMs = 50;
const patientPollMs = 500;
/** gRPC's NOT_FOUND. */
const goneAlready = 5;

const query = `TaskQueue = "${taskQueue}"`;

/** All executions, open and closed. */
export async function listRuns(client: Client): Promise<Execution[]> {
  const executions: Execution[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    executions.push({ workflowId, runId });
  return executions;
}

/** Deletes them and waits until the server lists none. @returns how many it still lists when it takes too long */
export async function deleteRuns(
  client: Client,
  executions: readonly Execution[],
  onWaiting: (still: number) => void,
): Promise<number> {
  for (let from = 0; from < executions.length; from += atOnce) {
    await Promise.all(executions.slice(from, from + atOnce).map((execution) => deleteRun(client, execution)));
  }
  const soon = Date.now() + silentMs;
  const deadline = Date.now() + waitLimitMs;
  let told = false;
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count === 0 || Date.now() > deadline) return count;
    if (!told && Date.now() > soon) {
      told = true;
      onWaiting(count);
    }
    await delay(told ? patientPollMs : pollMs);
  }
}

async function deleteRun(client: Client, workflowExecution: Execution): Promise<void> {
  const { namespace } = client.options;
  try {
    await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === goneAlready)) throw error;
  }
}
