/** What a fault costs a run, for the bound on what is met again: attempts that end without a report, and workers that go on outdated. */
import type { Timing } from '../continuation/timing.js';
import type { Fallen } from './fault.js';
import type { FaultName } from './fault-names.js';
import type { RevisitCase } from './revisit-bound.js';

type FaultCosts = Required<Pick<RevisitCase, 'attemptsLost' | 'outdated' | 'storeLost'>> & {
  /** No heartbeat was taken while it lasted. */
  readonly temporalAway: boolean;
};

const nothing: FaultCosts = { attemptsLost: 0, outdated: 0, storeLost: false, temporalAway: false };
const anAttempt: FaultCosts = { ...nothing, attemptsLost: 1 };

const costs: Readonly<Record<FaultName, FaultCosts>> = {
  none: nothing,
  sigterm: nothing,
  sigkill: anAttempt,
  zombie: { ...anAttempt, outdated: 1 },
  'redis-stopped': nothing,
  'redis-restarted': anAttempt,
  'redis-flushed': { ...anAttempt, storeLost: true },
  'postgres-restarted': anAttempt,
  'postgres-cut': anAttempt,
  'postgres-slowed': nothing,
  // Its Activity may count as timed out when the server is back, while the worker still works.
  'temporal-killed': { ...anAttempt, outdated: 1, temporalAway: true },
  'poison-item': nothing,
  'rows-changed': anAttempt,
  'no-workers': anAttempt,
  'new-version-compatible': nothing,
  'new-version-incompatible': nothing,
};

/** @param resumptions of the run, which may be more: an outage fails an attempt after the other */
export function costsOf(fault: FaultName, resumptions: number): FaultCosts {
  const known = costs[fault];
  return known.attemptsLost === 0
    ? known
    : { ...known, attemptsLost: Math.max(known.attemptsLost, resumptions) };
}

/** What is known of a run after a fault has fallen on it. */
export interface AfterFault {
  readonly resumptions: number;
  readonly timing: Pick<Timing, 'heartbeatTimeoutMs'>;
}

/** As the bound takes it: how long no heartbeat could be taken is known only when the fault has fallen. */
export function costsOfFallen(
  { fault, struckAtMs, replacement }: Pick<Fallen, 'fault' | 'struckAtMs' | 'replacement'>,
  { resumptions, timing }: AfterFault,
): Omit<FaultCosts, 'temporalAway'> & Required<Pick<RevisitCase, 'temporalAwayMs'>> {
  const { temporalAway, ...costs } = costsOf(fault, resumptions);
  const awayMs = (replacement?.readyAtMs ?? struckAtMs) - struckAtMs;
  // Until its Activity counts as lost.
  return { ...costs, temporalAwayMs: temporalAway ? awayMs + timing.heartbeatTimeoutMs : 0 };
}
