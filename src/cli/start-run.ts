/** Starts a run under a short, readable id that was never used before. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Timing } from '../continuation/timing.js';
import { clearEndedMark } from '../orders/mark-runs-ended.js';
import type { Queryable } from '../orders/queryable.js';
import { UserError } from '../user-error.js';
import { taskQueue } from '../worker/task-queue.js';
import type { ProcessOrders, StoreName } from '../workflows/process-orders-input.js';
import type { RunMemo } from './run-memo.js';

export interface RunToStart {
  readonly workflowType: string;
  readonly pattern: string;
  readonly job: string;
  readonly idPrefix: string;
  /** Asked for by the user; null: the next number. */
  readonly workflowId: string | null;
  readonly batchSize: number;
  readonly checkpointEvery: number;
  readonly itemMs: number;
  readonly timing: Timing;
  readonly store?: StoreName;
}

/** Two commands at once may choose the same number; the next one is free. */
const attempts = 20;

/** @returns the run's id. @throws UserError when the id that was asked for is taken */
export async function startRun(client: Client, orders: Queryable, run: RunToStart): Promise<string> {
  const { batchSize, checkpointEvery, itemMs, timing, pattern, job, store = 'heartbeat' } = run;
  const input: ProcessOrders = { batchSize, checkpointEvery, itemMs, timing, store };
  const memo: RunMemo = {
    pattern,
    job,
    batchSize,
    checkpointEvery,
    itemMs,
    profile: timing.profile,
    store,
    startedAt: new Date().toISOString(),
  };
  const first = run.workflowId === null ? await nextNumber(client, run.idPrefix) : 1;
  for (let number = first; number < first + attempts; number += 1) {
    const workflowId = run.workflowId ?? `${run.idPrefix}${number}`;
    await clearEndedMark(orders, workflowId);
    try {
      await client.workflow.start(run.workflowType, {
        workflowId,
        taskQueue,
        args: [input],
        memo: { ...memo },
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowTaskTimeout: timing.workflowTaskTimeoutMs,
        staticSummary: `${job}, ${pattern} pattern`,
      });
      return workflowId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (run.workflowId !== null) {
        throw new UserError(
          `There is a run '${workflowId}' already.`,
          `npx leftoff status ${workflowId}`,
          'failed',
          { cause: error },
        );
      }
    }
  }
  throw new UserError(
    `No free run id was found after ${run.idPrefix}${first}.`,
    'Name one yourself with --id.',
  );
}

async function nextNumber(client: Client, idPrefix: string): Promise<number> {
  let highest = 0;
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowId STARTS_WITH "${idPrefix}"`,
  })) {
    const number = Number(workflowId.slice(idPrefix.length));
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return highest + 1;
}
