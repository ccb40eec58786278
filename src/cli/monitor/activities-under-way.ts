/** What the server's description of a run says about its Activities, without reading its history. Pure. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import proto from '@temporalio/proto';

const {
  PENDING_ACTIVITY_STATE_STARTED,
  PENDING_ACTIVITY_STATE_CANCEL_REQUESTED,
  PENDING_ACTIVITY_STATE_PAUSE_REQUESTED,
} = proto.temporal.api.enums.v1.PendingActivityState;

const inHand: readonly unknown[] = [
  PENDING_ACTIVITY_STATE_STARTED,
  PENDING_ACTIVITY_STATE_CANCEL_REQUESTED,
  PENDING_ACTIVITY_STATE_PAUSE_REQUESTED,
];

/** The identity of the worker of each Activity that is in hand: each takes one of its slots. */
export function countUnderWay({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): string[] {
  return (raw.pendingActivities ?? []).flatMap(({ state, lastWorkerIdentity }) =>
    inHand.includes(state) && lastWorkerIdentity ? [lastWorkerIdentity] : [],
  );
}

/** The same as long as neither its history nor an Activity of it has moved. */
export function fingerprintOf({
  runId,
  status,
  historyLength,
  raw,
}: Pick<WorkflowExecutionDescription, 'runId' | 'status' | 'historyLength' | 'raw'>): string {
  const activities = (raw.pendingActivities ?? []).map(
    ({ activityId, state, attempt, lastHeartbeatTime }) => [
      activityId,
      state,
      attempt,
      String(lastHeartbeatTime?.seconds),
      lastHeartbeatTime?.nanos,
    ],
  );
  // A partitioned run's own history is still while its children work.
  const children = (raw.pendingChildren ?? []).length === 0 ? '' : String(performance.now());
  return JSON.stringify([runId, status.name, historyLength, activities, children]);
}
