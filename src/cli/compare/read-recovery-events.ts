/** The events of a run's history in which its work was handed out, or came to an end; of its newest execution, and of all before. */
import type { Client } from '@temporalio/client';
import { dateOf } from '../../continuation/inspection/execution-history.js';
import type { EventSeen } from './recovery-split.js';

/** Only those at and after `sinceMs`, milliseconds since the epoch. */
export async function readRecoveryEvents(
  client: Client,
  { runId, executions, sinceMs }: RunToRead,
): Promise<EventSeen[]> {
  const events: EventSeen[] = [];
  for (const execution of executions) {
    const { events: recorded } = await client.workflow.getHandle(runId, execution).fetchHistory();
    for (const event of recorded ?? []) {
      const atMs = dateOf(event.eventTime)?.getTime() ?? 0;
      const kind = kindOf(event);
      if (kind !== null && atMs >= sinceMs) events.push({ kind, atMs });
    }
  }
  return events;
}

interface RunToRead {
  readonly runId: string;
  /** Of the continue-as-new chain. */
  readonly executions: readonly string[];
  readonly sinceMs: number;
}

type HistoryEvent = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>[number];

function kindOf(event: HistoryEvent): EventSeen['kind'] | null {
  if (event.activityTaskStartedEventAttributes) return 'work started';
  const ended =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return ended ? 'work ended' : null;
}
