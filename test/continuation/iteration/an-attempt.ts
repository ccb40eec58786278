/** A stand-in for the Activity attempt, for what needs no Temporal at all. */
import type { InterruptionReason } from '../../../src/continuation/checkpoint.js';
import type { ActivityAttempt } from '../../../src/continuation/iteration/activity-attempt.js';

export interface AttemptStandIn extends ActivityAttempt {
  /** All heartbeats' details, oldest first. */
  readonly heartbeats: unknown[];
}

export function anAttempt(
  parts: { heartbeatTimeoutMs?: number | null; interruption?: InterruptionReason } = {},
): AttemptStandIn {
  const heartbeats: unknown[] = [];
  return {
    workflowId: 'a-run',
    activityType: 'anActivity',
    attempt: 1,
    heartbeatDetails: undefined,
    heartbeatTimeoutMs: parts.heartbeatTimeoutMs ?? null,
    heartbeat: (details) => {
      heartbeats.push(details);
    },
    interruption: () => parts.interruption ?? null,
    itemDone: () => null,
    log: () => undefined,
    count: () => undefined,
    measure: () => undefined,
    nowMs: () => performance.now(),
    stopping: new AbortController().signal,
    heartbeats,
  };
}
