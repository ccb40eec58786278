/** What the server knows of the work under way, asked about each 20 ms around a fault: when it noticed, and who had it then. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { dateOf } from '../../continuation/inspection/execution-history.js';
import type { PendingSeen } from './recovery-split.js';

const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

const lookEveryMs = 20;
/** A server that is away is asked again, and less often. */
const awayMs = 100;
const answerLimitMs = 1_000;

export interface WatchedPending {
  readonly client: Client;
  readonly runId: string;
  /** Whether it is worth asking now. */
  readonly isClose: () => boolean;
}

/** Looks until `over` aborts. */
export async function watchPending(
  { client, runId, isClose }: WatchedPending,
  over: AbortSignal,
): Promise<PendingSeen[]> {
  const seen: PendingSeen[] = [];
  while (!over.aborted) {
    let waitMs = lookEveryMs;
    if (isClose()) {
      const found = await look(client, runId);
      if (found === null) waitMs = awayMs;
      else seen.push(...found);
    }
    await delay(waitMs, undefined, { signal: over }).catch(() => undefined);
  }
  return seen;
}

/** Null: no answer, which says nothing. */
async function look(client: Client, runId: string): Promise<PendingSeen[] | null> {
  try {
    const { raw } = await client.withDeadline(Date.now() + answerLimitMs, () =>
      client.workflow.getHandle(runId).describe(),
    );
    const seenAtMs = Date.now();
    return (raw.pendingActivities ?? []).map(({ activityId, attempt, lastStartedTime, state }) => ({
      ...{ seenAtMs, activityId: activityId ?? '', attempt: attempt ?? 1 },
      // Between two attempts the server still tells the start of the one before.
      startedAtMs:
        state === PENDING_ACTIVITY_STATE_STARTED ? (dateOf(lastStartedTime)?.getTime() ?? null) : null,
    }));
  } catch {
    return null;
  }
}
