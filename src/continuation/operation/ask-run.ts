/**
 * Asks a run of either pattern, or a partitioned one, to pause, to go on, or to end.
 *
 * A1  Pause and unpause by Update: its Workflow says at once whether it can be. Where nobody answers in time, by Signal under the
 *     same id: that is in history at once, and counts once, whichever of the two comes first.
 * A2  Cancellation is the server's own: durable at once, with no worker alive. What could not be undone is refused before.
 * A3  Nothing hangs: each call has its deadline, and an error of the server's is thrown, with nothing recorded.
 */
import { randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { readState } from '../inspection/read-run.js';
import {
  type ControlMessage,
  type ControlRequest,
  controlNames,
  type RunStateName,
  refusalOf,
  refusedFailure,
} from '../run-control.js';

/** What became of a request. */
export type Asked =
  /** Its Workflow has it, and is in this state now. */
  | { readonly kind: 'taken'; readonly state: RunStateName }
  /** It is in history, and takes effect when a worker answers for the run. */
  | { readonly kind: 'recorded' }
  /** It can't be, and nothing changed; `why` goes behind the run's name. */
  | { readonly kind: 'refused'; readonly why: string };

export interface AskOptions {
  /** Milliseconds until a Signal is sent instead; 0: at once, for whoever knows that there is no worker. Default: 3,000. */
  readonly answerWithinMs?: number;
  /** The same request asked again is one. Default: a new one. */
  readonly requestId?: string;
}

const defaultAnswerMs = 3_000;
/** For the server alone: it answers in milliseconds. */
const serverLimitMs = 5_000;

/** @throws WorkflowNotFoundError for a run that isn't there; the client's ServiceError where the server is away */
export async function pauseRun(client: Client, workflowId: string, options: AskOptions = {}): Promise<Asked> {
  return ask(client, workflowId, 'pause', options);
}

/** @throws as `pauseRun` */
export async function unpauseRun(
  client: Client,
  workflowId: string,
  options: AskOptions = {},
): Promise<Asked> {
  return ask(client, workflowId, 'unpause', options);
}

/** @throws as `pauseRun` */
export async function cancelRun(client: Client, workflowId: string): Promise<Asked> {
  return client.withDeadline(Date.now() + serverLimitMs, async () => {
    const why = refusalOf(await readState(client, workflowId), 'cancel');
    if (why !== null) return { kind: 'refused', why };
    return unlessEnded(client, workflowId, 'cancel', async () => {
      await client.workflow.getHandle(workflowId).cancel();
      return { kind: 'taken', state: 'cancelling' };
    });
  });
}

async function ask(
  client: Client,
  workflowId: string,
  request: 'pause' | 'unpause',
  { answerWithinMs = defaultAnswerMs, requestId = randomUUID() }: AskOptions,
): Promise<Asked> {
  // Whoever can be asked without its Workflow is: what has ended has no answer any more.
  const why = await client.withDeadline(Date.now() + serverLimitMs, async () =>
    refusalOf(await readState(client, workflowId), request),
  );
  if (why !== null) return { kind: 'refused', why };
  return unlessEnded(client, workflowId, request, () =>
    send(client, workflowId, request, { answerWithinMs, requestId }),
  );
}

async function send(
  client: Client,
  workflowId: string,
  request: 'pause' | 'unpause',
  { answerWithinMs, requestId }: Required<AskOptions>,
): Promise<Asked> {
  const message: ControlMessage = { requestId };
  const handle = client.workflow.getHandle(workflowId);
  if (answerWithinMs > 0) {
    const updated = await client
      .withDeadline(Date.now() + answerWithinMs, () =>
        handle.executeUpdate<RunStateName, [ControlMessage]>(controlNames[request], {
          updateId: requestId,
          args: [message],
        }),
      )
      .then((now): Asked => ({ kind: 'taken', state: now }))
      .catch(unanswered);
    if (updated !== null) return updated;
  }
  await client.withDeadline(Date.now() + serverLimitMs, () => handle.signal(controlNames[request], message));
  return { kind: 'recorded' };
}

/** What has just ended can't be reached any more, and is no unknown run. */
async function unlessEnded(
  client: Client,
  workflowId: string,
  request: ControlRequest,
  ask: () => Promise<Asked>,
): Promise<Asked> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const why = refusalOf(await readState(client, workflowId), request);
    if (why === null) throw error;
    return { kind: 'refused', why };
  }
}

/** Null where nobody answered. @throws what says something else */
function unanswered(error: unknown): Asked | null {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return null;
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && cause.type === refusedFailure)
    return { kind: 'refused', why: cause.message.replace(/^The run /, '').replace(/\.$/, '') };
  throw error;
}
