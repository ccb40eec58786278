/**
 * Takes a recovery apart: from the fault to the next item done, and when between them the server knew, the new worker was there, and
 * had the work. Pure: from what was observed, and from nothing else.
 *
 * P1  What was not seen is null, never guessed from its neighbours.
 * P2  Nothing lies before the fault, nor behind the next item done: what is seen there belongs to another story.
 * P3  A worker that has the work is there: its own word, which comes a moment later, changes nothing about that.
 */
import type { ComparedLane } from './comparison.js';

export type Recovery = NonNullable<ComparedLane['recovery']>;

/** An Activity that had not ended, as the server described it. Times are milliseconds since the epoch. */
export interface PendingSeen {
  /** When the server was asked. */
  readonly seenAtMs: number;
  readonly activityId: string;
  readonly attempt: number;
  /** When this attempt was handed to a worker; null: not yet. */
  readonly startedAtMs: number | null;
}

/** An event of the run's history, of the kinds that a recovery is made of. */
export interface EventSeen {
  readonly kind: 'work ended' | 'work started';
  readonly atMs: number;
}

export interface RecoveryObserved {
  readonly struckAtMs: number;
  /** In the order in which they were seen. */
  readonly pending: readonly PendingSeen[];
  readonly events: readonly EventSeen[];
  /** When what took the struck one's place was ready; null: nothing had to. */
  readonly readyAtMs: number | null;
  /** When the next item was done; null: none was left. */
  readonly firstEffectAtMs: number | null;
}

/** Null where no item was done after the fault. */
export function splitRecovery(observed: RecoveryObserved): Recovery | null {
  const { struckAtMs, firstEffectAtMs, readyAtMs } = observed;
  if (firstEffectAtMs === null) return null;
  const since = (times: readonly number[]): number | null => {
    const within = times.filter((atMs) => atMs >= struckAtMs && atMs <= firstEffectAtMs);
    return within.length === 0 ? null : Math.round(Math.min(...within) - struckAtMs);
  };
  const later = workAfter(observed);
  const eventsOf = (wanted: EventSeen['kind']) =>
    observed.events.filter(({ kind }) => kind === wanted).map(({ atMs }) => atMs);
  const dispatchedMs = since([
    ...later.flatMap(({ startedAtMs }) => (startedAtMs === null ? [] : [startedAtMs])),
    ...eventsOf('work started'),
  ]);
  const thereAtMs =
    readyAtMs === null ? null : Math.min(readyAtMs, struckAtMs + (dispatchedMs ?? Number.POSITIVE_INFINITY));
  return {
    detectedMs: since([...later.map(({ seenAtMs }) => seenAtMs), ...eventsOf('work ended')]),
    workerReadyMs: since(thereAtMs === null ? [] : [thereAtMs]),
    dispatchedMs,
    firstEffectMs: Math.round(firstEffectAtMs - struckAtMs),
  };
}

/** What was seen of other work than that which was under way when the fault fell: a later attempt, or another Activity. */
function workAfter({ pending, struckAtMs }: RecoveryObserved): readonly PendingSeen[] {
  const struck = pending.findLast(({ seenAtMs }) => seenAtMs <= struckAtMs);
  if (struck === undefined) return [];
  return pending.filter(
    ({ seenAtMs, activityId, attempt }) =>
      seenAtMs > struckAtMs && (activityId !== struck.activityId || attempt > struck.attempt),
  );
}
