/**
 * Reads what the Activity in hand of the same run has in its heartbeat, before a pause stops it.
 *
 * H1  An Activity whose worker was lost waits for its next attempt. Cancelled then, the server ends it at once, and forgets the
 *     heartbeat's details: the only place that its newest checkpoint is in, where no store has it.
 * H2  Where the server tells nothing of it, null: then the Workflow goes by what it knows.
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { type Checkpoint, firstCheckpoint, type IterationOutcome } from '../checkpoint.js';
import { readCheckpoint } from './read-checkpoint.js';

/** The answer in the shape of an Activity's of this kind. Nothing held: the very beginning, which no run goes back to. */
export async function reportHeld(): Promise<IterationOutcome<never>> {
  const { client, info } = Context.current();
  return {
    type: 'leftoff.iteration',
    kind: 'completed',
    ending: 'exhausted',
    checkpoint: (await readHeld(client, info)) ?? firstCheckpoint,
    result: null,
    looked: true,
  };
}

type Looking = Pick<Context['info'], 'workflowExecution' | 'activityType' | 'activityId'>;

async function readHeld(
  client: Client,
  { workflowExecution, activityType, activityId }: Looking,
): Promise<Checkpoint | null> {
  if (workflowExecution === undefined) return null;
  const { workflowId, runId } = workflowExecution;
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const inHand = (raw.pendingActivities ?? []).find(
    (pending) => pending.activityType?.name === activityType && pending.activityId !== activityId,
  );
  const [details] = await decodeArrayFromPayloads(
    client.options.loadedDataConverter,
    inHand?.heartbeatDetails?.payloads,
  );
  return details === undefined ? null : readCheckpoint(details, 'the heartbeat');
}
