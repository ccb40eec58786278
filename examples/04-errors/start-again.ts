/** A run that failed goes on where it was, once what ailed it is mended. */
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Where it was: what a failed run of any kind keeps as the first detail of its failure. */
const placeKeptBy = (error: unknown): unknown =>
  error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure
    ? error.cause.details?.[0]
    : undefined;

export async function deliverAgain(
  client: Client,
  workflowId: string,
  stops: number,
): Promise<WorkflowHandle> {
  const failed = client.workflow.getHandle(workflowId);
  const place = await failed.result().then(() => undefined, placeKeptBy);
  if (place === undefined) throw new Error(`${workflowId} kept no place to go on from.`);
  // Under the same Workflow Id: by it what stores keep is found, and what an item is known by (`runId`) stays the same.
  return client.workflow.start('deliverAll', { taskQueue: 'deliveries', workflowId, args: [stops, place] });
}
