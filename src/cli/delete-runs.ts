/**
 * Deletes runs with their histories: every execution of every run on our Task Queue.
 *
 * The server deletes in the background; resolved means that no list shows them any more, so that run ids begin anew.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { taskQueue } from '../worker/task-queue.js';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

const atOnce = 20;
const listedLimitMs = 10_000;
const pollMs = 50;

const query = `TaskQueue = "${taskQueue}"`;

/** All executions, open and closed. */
export async function listRuns(client: Client): Promise<Execution[]> {
  const executions: Execution[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    executions.push({ workflowId, runId });
  return executions;
}

/** Deletes what `listRuns` listed; call it when all of them have ended. */
export async function deleteRuns(client: Client, executions: readonly Execution[]): Promise<void> {
  const { namespace } = client.options;
  for (let from = 0; from < executions.length; from += atOnce) {
    await Promise.all(
      executions
        .slice(from, from + atOnce)
        .map((workflowExecution) =>
          client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
        ),
    );
  }
  const deadline = Date.now() + listedLimitMs;
  while (Date.now() < deadline && (await client.workflow.count(query)).count > 0) await delay(pollMs);
}
