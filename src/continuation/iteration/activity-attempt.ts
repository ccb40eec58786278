/**
 * What the loops need to know of the Activity attempt that they run in, read from Temporal's Activity context.
 *
 * Cancellation reasons are the SDK's: WORKER_SHUTDOWN once the worker is stopping, CANCELLED and PAUSED on the server's
 * word, NOT_FOUND and TIMED_OUT where another attempt owns the work by now.
 *
 * The heartbeat is the library's alone: see own-heartbeat.ts.
 * @see https://typescript.temporal.io/api/classes/activity.Context#cancelled
 */
import { CancelledFailure, Context } from '@temporalio/activity';
import type { MetricCounter, MetricHistogram } from '@temporalio/common';
import type { InterruptionReason } from '../checkpoint.js';
import type { EncodedCursor } from '../cursor.js';
import type { Metric } from '../metrics.js';
import { AttemptKilled, currentObserver } from './attempt-observer.js';
import { ownHeartbeat } from './own-heartbeat.js';

export interface ActivityAttempt {
  readonly workflowId: string;
  readonly activityType: string;
  readonly attempt: number;
  /** Details of the last heartbeat of an earlier attempt; unchecked. */
  readonly heartbeatDetails: unknown;
  /** Null where none is set: then nobody would miss a heartbeat. */
  readonly heartbeatTimeoutMs: number | null;
  heartbeat(details: unknown): void;
  /** Why to stop, or null to go on. @throws CancelledFailure where another attempt owns the work: then nothing more may be done. */
  interruption(): InterruptionReason | null;
  /** An item's work is done, and its cursor not yet handed over: where a test may let the attempt die. */
  itemDone(cursor: EncodedCursor): Promise<void> | null;
  log(level: 'debug' | 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
  /** Adds to a counter of the worker's metrics. */
  count(metric: Metric, by: number, tags: Record<string, string>): void;
  /** Records a value in a histogram of the worker's metrics. */
  measure(metric: Metric, value: number, tags: Record<string, string>): void;
  /** Milliseconds, monotonic. */
  nowMs(): number;
  /** Aborts when there is a reason to stop. */
  readonly stopping: AbortSignal;
}

/** The attempt that the calling code runs in. @throws outside an Activity */
export function currentAttempt(): ActivityAttempt {
  const context = Context.current();
  const observer = currentObserver();
  const { info } = context;
  const stopping =
    observer === undefined
      ? context.cancellationSignal
      : AbortSignal.any([context.cancellationSignal, observer.stopping]);
  const warn = (message: string): void => context.log.warn(message, {});
  const beat = ownHeartbeat(context, { isSilent: () => observer?.isKilled() === true, warn });
  return {
    workflowId: info.workflowExecution?.workflowId ?? info.activityId,
    activityType: info.activityType,
    attempt: info.attempt,
    heartbeatDetails: info.heartbeatDetails,
    heartbeatTimeoutMs: info.heartbeatTimeoutMs ?? null,
    heartbeat: beat,
    interruption: () => {
      if (observer?.isKilled() === true) throw new AttemptKilled();
      return stopping.aborted ? interruptionOf(stopping.reason) : null;
    },
    itemDone: (cursor) => observer?.itemDone(cursor) ?? null,
    log: (level, message, facts) => context.log[level](message, facts),
    ...recorders(context),
    nowMs: () => performance.now(),
    get stopping() {
      // Both patterns read it for each context that they hand to the job's code: the one place before an item's work.
      observer?.handsContext();
      return stopping;
    },
  };
}

/** Each metric is made once an attempt: making one is a call into the SDK's core. */
function recorders({ metricMeter }: Context): Pick<ActivityAttempt, 'count' | 'measure'> {
  const counters = new Map<Metric, MetricCounter>();
  const histograms = new Map<Metric, MetricHistogram>();
  return {
    count: (metric, by, tags) => {
      const { name, unit, says } = metric;
      const counter = counters.get(metric) ?? metricMeter.createCounter(name, unit, says);
      counters.set(metric, counter);
      counter.add(by, tags);
    },
    measure: (metric, value, tags) => {
      const { name, unit, says } = metric;
      const histogram = histograms.get(metric) ?? metricMeter.createHistogram(name, 'float', unit, says);
      histograms.set(metric, histogram);
      histogram.record(value, tags);
    },
  };
}

/** Reads a cancellation's reason. @throws the reason itself where the work belongs to another attempt */
function interruptionOf(reason: unknown): InterruptionReason {
  const word = reason instanceof CancelledFailure ? reason.message : String(reason);
  switch (word) {
    case 'WORKER_SHUTDOWN':
      return 'worker stopping';
    case 'CANCELLED':
      return 'cancelled';
    case 'PAUSED':
      return 'paused by the server';
    default:
      throw reason;
  }
}

/**
 * Ends an attempt that the server has paused. Its Activity must not return: the Workflow would schedule the next one, and the
 * pause would hold nothing. Thrown like this, the SDK reports a pause, and the server keeps the Activity, with the details
 * of its last heartbeat, until it is unpaused.
 *
 * @throws always. @see https://docs.temporal.io/activities#pause
 */
export function endPaused({ stopping }: Pick<ActivityAttempt, 'stopping'>): never {
  throw stopping.reason;
}

/** Whether an error is only the stop itself, as waits throw it that are cut short by `stopping`: the item is not done, and not at fault. */
export function isStopItself(error: unknown, { stopping }: Pick<ActivityAttempt, 'stopping'>): boolean {
  if (!stopping.aborted) return false;
  // As deep as anybody wraps; causes may go in a circle.
  for (let depth = 0, cause = error; depth < 10 && cause != null; depth += 1) {
    if (cause === stopping.reason) return true;
    if (!(cause instanceof Error)) return false;
    if (cause.name === 'AbortError') return true;
    cause = cause.cause;
  }
  return false;
}
