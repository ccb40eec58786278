/** Where a run stands, read without any worker: from history, from what is live, and from the stores. */
import type { Client } from '@temporalio/client';
import { readCheckpoints } from 'leftoff/inspection';
import type { CheckpointStore } from 'leftoff/iteration';

export async function whereIsIt(
  client: Client,
  workflowId: string,
  stores: readonly CheckpointStore[] = [],
): Promise<readonly string[]> {
  const { run, checkpoints } = await readCheckpoints(client, workflowId, { stores });
  return [
    `${run.state}: ${run.counts.processed} of ${run.total ?? '?'}, goes on after ${JSON.stringify(run.cursor)}`,
    ...checkpoints.map(({ source, cursor }) => `${source}: ${JSON.stringify(cursor)}`),
  ];
}
