/**
 * Reads what is live and not in history: pending Activities and the checkpoints in their heartbeat details.
 *
 * Heartbeat details never become history events; after a SIGKILL they are all there is of the newest checkpoint.
 */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto, { type temporal } from '@temporalio/proto';
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import { dateOf } from './execution-history.js';
import type { PendingWork } from './run-state.js';
import type { FoundInStore } from './stored-checkpoints.js';

const {
  PENDING_ACTIVITY_STATE_STARTED,
  PENDING_ACTIVITY_STATE_CANCEL_REQUESTED,
  PENDING_ACTIVITY_STATE_PAUSE_REQUESTED,
  PENDING_ACTIVITY_STATE_PAUSED,
} = proto.temporal.api.enums.v1.PendingActivityState;

/** What a paused batch of the step pattern leaves in its heartbeat; see `liveness.ts`. */
const heldBatchSchema = z.object({ type: z.literal('leftoff.liveness'), held: checkpointSchema });

export interface LiveWork {
  readonly pending: readonly PendingWork[];
  readonly checkpoint: { readonly checkpoint: Checkpoint; readonly at: Date | null } | null;
  /** A step's batch that the server has paused: like one in a store, on top of history. */
  readonly heldBatch: FoundInStore | null;
}

export async function readLiveWork(
  client: Client,
  description: WorkflowExecutionDescription,
): Promise<LiveWork> {
  const converter = client.options.loadedDataConverter;
  const pending: PendingWork[] = [];
  let newest: LiveWork['checkpoint'] = null;
  let heldBatch: FoundInStore | null = null;
  for (const activity of description.raw.pendingActivities ?? []) {
    pending.push({
      activity: activity.activityType?.name ?? 'unknown',
      activityId: activity.activityId ?? 'unknown',
      state: stateOf(activity.state),
      attempt: activity.attempt ?? 1,
      lastWorkerIdentity: activity.lastWorkerIdentity || null,
      lastHeartbeatAt: dateOf(activity.lastHeartbeatTime),
      lastFailure: activity.lastFailure?.message ?? null,
    });
    const [details] = await decodeArrayFromPayloads(converter, activity.heartbeatDetails?.payloads);
    const at = dateOf(activity.lastHeartbeatTime);
    const held = heldBatchSchema.safeParse(details);
    if (held.success) {
      const { name } = activity.activityType ?? {};
      heldBatch = {
        store: 'heartbeat',
        chain: null,
        name: name ?? 'unknown',
        checkpoint: held.data.held,
        at,
      };
    }
    const parsed = checkpointSchema.safeParse(details);
    if (!parsed.success) continue;
    if (newest === null || parsed.data.sequence > newest.checkpoint.sequence)
      newest = { checkpoint: parsed.data, at };
  }
  return { pending, checkpoint: newest, heldBatch };
}

function stateOf(state: temporal.api.enums.v1.PendingActivityState | null | undefined): PendingWork['state'] {
  switch (state) {
    case PENDING_ACTIVITY_STATE_STARTED:
    case PENDING_ACTIVITY_STATE_CANCEL_REQUESTED:
    case PENDING_ACTIVITY_STATE_PAUSE_REQUESTED:
      return 'under way';
    case PENDING_ACTIVITY_STATE_PAUSED:
      return 'paused';
    default:
      return 'waiting';
  }
}
