/** Tells from the server's description of a run whether it has moved, without reading its history. Pure. */
import type { WorkflowExecutionDescription } from '@temporalio/client';

/**
 * The same as long as neither its history nor an Activity of it has moved.
 *
 * @returns null where the description can't tell: partitions, and what a store keeps of work under way, move without it
 */
export function fingerprintOf(
  { runId, status, historyLength, raw }: WorkflowExecutionDescription,
  store: string,
): string | null {
  const { pendingActivities, pendingChildren } = raw;
  const activities = (pendingActivities ?? []).map(({ activityId, state, attempt, lastHeartbeatTime }) => [
    activityId,
    state,
    attempt,
    String(lastHeartbeatTime?.seconds),
    lastHeartbeatTime?.nanos,
  ]);
  const inStore = store !== 'heartbeat' && activities.length > 0;
  if (inStore || (pendingChildren ?? []).length > 0) return null;
  return JSON.stringify([runId, status.name, historyLength, activities]);
}
