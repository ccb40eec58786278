/**
 * Reads what is live and not in history: pending Activities and the checkpoints in their heartbeat details.
 *
 * Heartbeat details never become history events; after a SIGKILL they are all there is of the newest checkpoint.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import { dateOf } from './execution-history.js';
import type { PendingWork } from './run-state.js';

const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

export interface LiveWork {
  readonly pending: readonly PendingWork[];
  readonly checkpoint: { readonly checkpoint: Checkpoint; readonly at: Date | null } | null;
}

export async function readLiveWork(
  client: Client,
  description: WorkflowExecutionDescription,
): Promise<LiveWork> {
  const converter = client.options.loadedDataConverter;
  const pending: PendingWork[] = [];
  let newest: LiveWork['checkpoint'] = null;
  for (const activity of description.raw.pendingActivities ?? []) {
    pending.push({
      activity: activity.activityType?.name ?? 'unknown',
      state: activity.state === PENDING_ACTIVITY_STATE_STARTED ? 'under way' : 'waiting',
      attempt: activity.attempt ?? 1,
      lastWorkerIdentity: activity.lastWorkerIdentity || null,
      lastHeartbeatAt: dateOf(activity.lastHeartbeatTime),
      lastFailure: activity.lastFailure?.message ?? null,
    });
    const [details] = await decodeArrayFromPayloads(converter, activity.heartbeatDetails?.payloads);
    const parsed = checkpointSchema.safeParse(details);
    if (!parsed.success) continue;
    if (newest === null || parsed.data.sequence > newest.checkpoint.sequence) {
      newest = { checkpoint: parsed.data, at: dateOf(activity.lastHeartbeatTime) };
    }
  }
  return { pending, checkpoint: newest };
}
