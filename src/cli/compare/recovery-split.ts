/**
 * Takes a recovery apart: from the fault to the next item done, and when between them the server knew, the new worker was there, and
 * had the work. Pure: from what was observed, and from nothing else.
 *
 * P1  What was not seen is null, never guessed from its neighbours.
 * P2  Nothing lies before the fault, nor behind the next item done: what is seen there belongs to another story.
 * P3  A worker that has the work is there: its own word, which comes a moment later, changes nothing about that.
 * P4  What is handed to the struck worker is handed to nobody: a frozen one's open polls take its work again and again.
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
  /** The worker that it was handed to; null: none yet, or not told. */
  readonly worker: string | null;
}

/** An event of the run's history, of the kinds that a recovery is made of. */
export interface EventSeen {
  readonly kind: 'work ended' | 'work started';
  readonly atMs: number;
  /** The worker that had it; null: not told. */
  readonly worker: string | null;
}

export interface RecoveryObserved {
  readonly struckAtMs: number;
  /** In the order in which they were seen. */
  readonly pending: readonly PendingSeen[];
  readonly events: readonly EventSeen[];
  /** The worker that was struck; null: none was, the work stayed where it was. */
  readonly struckWorker: string | null;
  /** When the worker that took its place was ready; null: none had to. */
  readonly readyAtMs: number | null;
  /** When the next item was done; null: none was left. */
  readonly firstEffectAtMs: number | null;
}

/** Null where no item was done after the fault. */
export function splitRecovery(observed: RecoveryObserved): Recovery | null {
  const { struckAtMs, firstEffectAtMs, readyAtMs, struckWorker } = observed;
  if (firstEffectAtMs === null) return null;
  const since = (times: readonly number[]): number | null => {
    const within = times.filter((atMs) => atMs >= struckAtMs && atMs <= firstEffectAtMs);
    return within.length === 0 ? null : Math.round(Math.min(...within) - struckAtMs);
  };
  const later = workAfter(observed);
  const eventsOf = (wanted: EventSeen['kind']) => observed.events.filter(({ kind }) => kind === wanted);
  const atWork = <Seen extends { readonly worker: string | null }>(seen: readonly Seen[]) =>
    seen.filter(({ worker }) => worker === null || worker !== struckWorker);
  const handed = [
    ...atWork(later).flatMap(({ startedAtMs }) => (startedAtMs === null ? [] : [startedAtMs])),
    ...atWork(eventsOf('work started')).map(({ atMs }) => atMs),
  ];
  const dispatchedMs = since(handed);
  const ready = [readyAtMs, dispatchedMs === null ? null : struckAtMs + dispatchedMs];
  return {
    detectedMs: since([
      ...later.map(({ seenAtMs }) => seenAtMs),
      ...eventsOf('work ended').map(({ atMs }) => atMs),
      // It was seen a moment later: what is handed on is known to be lost.
      ...handed,
    ]),
    workerReadyMs: readyAtMs === null ? null : since(ready.filter((atMs) => atMs !== null)),
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
