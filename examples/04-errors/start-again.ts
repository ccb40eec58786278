/** A run that failed goes on where it was, once what ailed it is mended. */
import type { Client } from '@temporalio/client';
import { startAgain } from 'leftoff/operation';

export async function deliverAgain(client: Client, workflowId: string): Promise<unknown> {
  const started = await startAgain(client, workflowId);
  if (started.kind === 'refused') throw new Error(`${workflowId} ${started.why}.`);
  return client.workflow.getHandle(workflowId).result();
}
