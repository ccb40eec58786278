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
const waitLimitMs = 1_000;
const pollMs = 50;
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

/** @returns how many the server still lists, though they are to go. */
export async function deleteRuns(client: Client, executions: readonly Execution[]): Promise<number> {
  for (let from = 0; from < executions.length; from += atOnce) {
    await Promise.all(executions.slice(from, from + atOnce).map((execution) => deleteRun(client, execution)));
  }
  const deadline = Date.now() + waitLimitMs;
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count === 0 || Date.now() > deadline) return count;
    await delay(pollMs);
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
