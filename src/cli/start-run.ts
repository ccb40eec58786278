/** Starts a run under a short, readable id that was never used before. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { CheckpointEvery } from '../continuation/checkpoint-cadence.js';
import type { Timing } from '../continuation/timing.js';
import { clearEndedMark, putEndedMarkBack } from '../orders/mark-runs-ended.js';
import type { Queryable } from '../orders/queryable.js';
import { UserError } from '../user-error.js';
import { taskQueue } from '../worker/task-queue.js';
import { noPartitions } from './find-run.js';
import type { RunSettings } from './run-flags.js';
import type { RunMemo } from './run-memo.js';

export interface RunToStart extends Partial<RunSettings> {
  readonly workflowType: string;
  readonly partitionedType?: string | null;
  readonly pattern: string;
  readonly job: string;
  readonly idPrefix: string;
  /** Asked for by the user; null: the next number. */
  readonly workflowId: string | null;
  readonly batchSize: number;
  readonly checkpointEvery: CheckpointEvery;
  readonly itemMs: number;
  readonly timing: Timing;
}

/** Two commands at once may choose the same number; the next one is free. */
const attempts = 20;

/** What a run's memo says of it, but for when it was started. */
export function memoOf(run: RunToStart): RunMemo {
  const { timing, ...settings } = inputOf(run);
  const { pattern, job } = run;
  return { pattern, job, ...settings, profile: timing.profile };
}

/** The Workflow that it is: the job's own, or the one that splits it. */
export function workflowTypeOf({ workflowType, partitionedType = null, partitions }: RunToStart): string {
  return partitions === undefined ? workflowType : (partitionedType ?? workflowType);
}

/** What a Workflow of ours is started with: a run's settings, and nothing of how it is called. */
export function inputOf({
  batchSize,
  checkpointEvery,
  itemMs,
  timing,
  store = 'heartbeat',
  onError = 'skip',
  partitions,
  maxRate,
  maxLoad,
  maxRuntimeMs,
  file,
  payments,
}: RunToStart) {
  return {
    ...{ batchSize, checkpointEvery, itemMs, timing, store, onError },
    ...(partitions === undefined ? {} : { partitions }),
    ...(maxRate === undefined ? {} : { maxRate }),
    ...(maxLoad === undefined ? {} : { maxLoad }),
    ...(maxRuntimeMs === undefined ? {} : { maxRuntimeMs }),
    ...(file === undefined ? {} : { file }),
    ...(payments === undefined ? {} : { payments }),
  };
}

/** @returns the run's id. @throws UserError when the id that was asked for is taken */
export async function startRun(client: Client, orders: Queryable, run: RunToStart): Promise<string> {
  const { timing, pattern, job } = run;
  const memo = { ...memoOf(run), startedAt: new Date().toISOString() };
  const first = run.workflowId === null ? await nextNumber(client, run.idPrefix) : 1;
  for (let number = first; number < first + attempts; number += 1) {
    const workflowId = run.workflowId ?? `${run.idPrefix}${number}`;
    const endedAt = await clearEndedMark(orders, workflowId);
    try {
      await client.workflow.start(workflowTypeOf(run), {
        workflowId,
        taskQueue,
        args: [inputOf(run)],
        memo: { ...memo },
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowTaskTimeout: timing.workflowTaskTimeoutMs,
        staticSummary: `${job}, ${pattern} pattern`,
      });
      return workflowId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (endedAt !== null) await putEndedMarkBack(orders, { runId: workflowId, endedAt });
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
    query: `${noPartitions} AND WorkflowId STARTS_WITH "${idPrefix}"`,
  })) {
    const number = Number(workflowId.slice(idPrefix.length));
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return highest + 1;
}
