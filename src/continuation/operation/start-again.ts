/**
 * Starts a failed run again from where it was, once what ailed it is mended.
 *
 * S1  Under the same Workflow Id: by it what stores keep is found, and what an item is known by stays the same.
 * S2  From the place that its failure keeps, cursor and counts, with all its tries anew.
 * S3  It knows which execution it continues: whoever reads checkpoints back follows that link as well.
 * S4  With its input, memo, task queue and Workflow Task timeout. Other options of its first start (its own timeouts, a retry policy,
 *     search attributes) are the caller's to know, and aren't kept.
 * S5  A partition is started again with its run, and not alone.
 * S6  Once: of two at the same time one is refused. Completed and cancelled runs stay so.
 */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { readProgressEvents } from '../inspection/execution-history.js';
import { stateOf } from '../inspection/read-run.js';
import { continuesMemo } from '../retry-link.js';

export type StartedAgain =
  /** @property from `place`: where its failure says; `beginning`: it failed without a word, as by a timeout */
  | { readonly kind: 'started'; readonly runId: string; readonly from: 'place' | 'beginning' }
  /** Nothing changed; `why` goes behind the run's name. */
  | { readonly kind: 'refused'; readonly why: string };

/** @throws WorkflowNotFoundError for a run that isn't there; the client's ServiceError where the server is away */
export async function startAgain(client: Client, workflowId: string): Promise<StartedAgain> {
  const { runId, type, taskQueue, memo, status, raw } = await client.workflow
    .getHandle(workflowId)
    .describe();
  const whole = raw.workflowExecutionInfo?.parentExecution?.workflowId;
  if (whole) return { kind: 'refused', why: `is a part of ${whole}: start that one again` };
  const state = stateOf(status.name);
  if (state !== 'failed') return { kind: 'refused', why: refusals[state] ?? 'has not ended' };
  const { input, place } = await readFailed(client, workflowId, runId);
  const taskTimeout = raw.executionConfig?.defaultWorkflowTaskTimeout;
  try {
    const started = await client.workflow.start(type, {
      workflowId,
      taskQueue,
      args: place === undefined ? [input] : [input, place],
      memo: { ...memo, [continuesMemo]: runId },
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      ...(taskTimeout ? { workflowTaskTimeout: tsToMs(taskTimeout) } : {}),
    });
    const from = place === undefined ? 'beginning' : 'place';
    return { kind: 'started', runId: started.firstExecutionRunId, from };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return { kind: 'refused', why: 'was started again by somebody else' };
    throw error;
  }
}

const refusals: Partial<Record<string, string>> = {
  completed: 'has completed: there is nothing to start again',
  cancelled: 'was cancelled, which is final',
};

interface FailedRun {
  readonly input: unknown;
  /** Undefined: it kept none. */
  readonly place: unknown;
}

async function readFailed(client: Client, workflowId: string, runId: string): Promise<FailedRun> {
  let input: unknown;
  let place: unknown;
  for await (const event of readProgressEvents(client, workflowId, runId)) {
    // What continue-as-new or a retry before carried counts where the end has nothing of its own.
    if (event.kind === 'started') [input, place] = event.args;
    if (event.kind === 'failed' && event.error instanceof ApplicationFailure)
      place = event.error.details?.[0] ?? place;
  }
  return { input, place };
}
