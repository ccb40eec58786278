/**
 * Reads the executions of a run, the newest or the whole chain of them, from their histories.
 *
 * H1  A link stands in an execution's first event, so each history is read on the way and not a second time.
 * H2  What is past the server's retention is left out: what it carried over is in the next one.
 */
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { type ProgressEvent, readProgressEvents } from './execution-history.js';
import { foldProgress, type Standing } from './fold-progress.js';
import type { RecordedExecution } from './run-state.js';

/** https://grpc.io/docs/guides/status-codes/ */
const grpcNotFound = 5;

export interface ChainLink {
  readonly runId: string;
  readonly progress: readonly ProgressEvent[];
  readonly recorded: Promise<RecordedExecution>;
}

/**
 * Follows the links from the newest execution back to the first, and turns them round.
 *
 * A link stands in an execution's first event, so each history is read on the way and not a second time.
 */
export async function readChain(
  client: Client,
  workflowId: string,
  newestRunId: string,
): Promise<ChainLink[]> {
  const chain: ChainLink[] = [];
  let runId: string | null = newestRunId;
  while (runId !== null) {
    const progress = await readProgress(client, workflowId, runId);
    // A chain's older executions end with the namespace's retention; what they carried over is in the next one.
    if (progress === null && chain.length > 0) return chain;
    const [first] = progress ?? [];
    const { continuedFrom, retryOf } =
      first?.kind === 'started' ? first : { continuedFrom: null, retryOf: null };
    const previous: string | null = continuedFrom ?? retryOf;
    const startedBy = continuedFrom !== null ? 'continue-as-new' : retryOf !== null ? 'retry' : 'start';
    const recorded = describeExecution(client, workflowId, runId, startedBy);
    // Awaited when the whole chain is read; until then a failure must not end the process.
    recorded.catch(() => undefined);
    chain.unshift({ runId, progress: progress ?? [], recorded });
    runId = previous;
  }
  return chain;
}

/** Null when the server has the execution no longer. */
async function readProgress(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<ProgressEvent[] | null> {
  const progress: ProgressEvent[] = [];
  try {
    for await (const event of readProgressEvents(client, workflowId, runId)) progress.push(event);
    return progress;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === grpcNotFound) return null;
    throw error;
  }
}

export async function readExecution(
  client: Client,
  workflowId: string,
  runId: string,
  from: Standing,
): Promise<Standing> {
  let standing = from;
  for await (const event of readProgressEvents(client, workflowId, runId))
    standing = foldProgress(standing, event, runId);
  return standing;
}

export async function describeExecution(
  client: Client,
  workflowId: string,
  runId: string,
  startedBy: RecordedExecution['startedBy'],
): Promise<RecordedExecution> {
  try {
    const { historyLength, historySize, startTime } = await client.workflow
      .getHandle(workflowId, runId)
      .describe();
    return { runId, events: historyLength, bytes: historySize ?? 0, startedBy, startedAt: startTime };
  } catch (error) {
    // A chain's older executions end with the namespace's retention.
    if (error instanceof WorkflowNotFoundError)
      return { runId, events: 0, bytes: 0, startedBy, startedAt: null };
    throw error;
  }
}
