/**
 * The most orders that may be met again under a fault, by a lane's formula. Pure.
 *
 * B1  An attempt that is stopped in order loses nothing: 0, whatever the lane; but without checkpoints there is no bound.
 * B2  A lost attempt costs what was done and not yet durable: with a fence nothing, in steps the batch in flight, else what the store's
 *     cadence, or the heartbeat's, left unsent.
 * B3  A worker that wakes when another has taken over meets what it has in hand once more, and what it does until it hears of it.
 */
import { boundsOf, type CheckpointEvery } from '../continuation/checkpoint-cadence.js';
import { offerBudgetMs } from '../continuation/iteration/stores/heartbeat-sender.js';
import type { Timing } from '../continuation/timing.js';
import type { StoreName } from '../workflows/job-settings.js';

export interface RevisitCase {
  readonly lane: { readonly pattern: 'step' | 'enumerator' | 'naive'; readonly store: StoreName };
  readonly checkpointEvery: CheckpointEvery;
  /** Orders in one transaction. */
  readonly batchSize: number;
  readonly timing: Pick<Timing, 'heartbeatThrottleMs' | 'heartbeatTimeoutMs'>;
  /** The least time from one order done to the next, in milliseconds. */
  readonly itemMs: number;
  /** Attempts that ended without a report: killed, timed out, or failed by an outage. */
  readonly attemptsLost: number;
  /** Workers that went on when another had their work; default: none. */
  readonly outdated?: number;
  /** How long no heartbeat could be taken, in milliseconds; default: not at all. */
  readonly temporalAwayMs?: number;
  /** Redis lost what it kept, or couldn't be asked; default: it could. */
  readonly storeLost?: boolean;
}

export interface RevisitBound {
  /** Null: no bound. */
  readonly most: number | null;
  /** How it comes about. */
  readonly formula: string;
}

/** On the way to the server, on one machine. */
const sendingMs = 50;

export function revisitBound(given: RevisitCase): RevisitBound {
  const { lane, attemptsLost, outdated = 0 } = given;
  if (lane.pattern === 'naive')
    return { most: null, formula: 'no bound: whatever ends an attempt, the next one starts over' };
  if (lane.store === 'postgres') return { most: 0, formula: 'none: cursor and effect commit together' };
  const lost = perLostAttempt(given);
  const late = perOutdated(given);
  const words = [
    ...(attemptsLost === 0 ? [] : [`${attemptsLost} × ${lost.formula}`]),
    ...(outdated === 0 ? [] : [`${outdated} × ${late.formula}`]),
  ];
  return {
    most: attemptsLost * lost.most + outdated * late.most,
    formula: words.join(' + ') || 'none: each attempt reports where it ended',
  };
}

type Bounded = RevisitBound & { readonly most: number };

/** Of orders that are done before anybody knows of them. */
function perLostAttempt(given: RevisitCase): Bounded {
  const { lane, checkpointEvery, batchSize, storeLost = false } = given;
  const kept = lane.pattern === 'step' ? 'a batch' : 'a flush';
  if (lane.pattern === 'enumerator' && (lane.store === 'heartbeat' || storeLost))
    return withinHeartbeat(given);
  return {
    most: inTransactions(coveredOrders(given), batchSize),
    formula:
      typeof checkpointEvery === 'number'
        ? `${kept}: checkpointEvery orders, in whole transactions`
        : `${kept}: orders of ${boundsOf(checkpointEvery).redoMs} ms, and the one in hand`,
  };
}

/** Orders that one checkpoint covers, at the most. */
function coveredOrders({ checkpointEvery, itemMs }: RevisitCase): number {
  if (typeof checkpointEvery === 'number') return checkpointEvery;
  return Math.ceil(boundsOf(checkpointEvery).redoMs / Math.max(itemMs, 1)) + 1;
}

function withinHeartbeat(given: RevisitCase): Bounded {
  const { batchSize, timing, itemMs, temporalAwayMs = 0 } = given;
  const { heartbeatThrottleMs, heartbeatTimeoutMs } = timing;
  const throttleMs = Math.min(heartbeatThrottleMs, 0.8 * heartbeatTimeoutMs);
  const offerMs = Math.min(heartbeatTimeoutMs / 4, Math.max(offerBudgetMs, coveredOrders(given) * itemMs));
  const windowMs = throttleMs + offerMs + sendingMs + temporalAwayMs;
  // And the one whose commit came right before.
  const orders = Math.ceil(windowMs / Math.max(itemMs, 1)) + 1;
  const away = temporalAwayMs === 0 ? '' : `, and ${temporalAwayMs} ms in which Temporal took none`;
  return {
    most: inTransactions(orders, batchSize),
    formula: `a heartbeat window: orders of ${Math.round(throttleMs + offerMs + sendingMs)} ms (throttle ${throttleMs}, offer ${Math.round(offerMs)}, on the way ${sendingMs})${away}, and one`,
  };
}

/** It hears of it with the answer to its next heartbeat. */
function perOutdated(given: RevisitCase): Bounded {
  const { batchSize, lane, timing, itemMs } = given;
  const hearsMs = timing.heartbeatThrottleMs + sendingMs;
  const until = Math.ceil(hearsMs / Math.max(itemMs, 1)) + batchSize;
  const covered = coveredOrders(given);
  if (lane.pattern === 'step' && covered <= until)
    return { most: inTransactions(covered, batchSize), formula: 'an outdated worker’s batch' };
  return {
    most: inTransactions(until, batchSize),
    formula: `an outdated worker’s orders until it hears of it (${hearsMs} ms), and what it has in hand`,
  };
}

function inTransactions(orders: number, batchSize: number): number {
  return Math.ceil(orders / batchSize) * batchSize;
}
