/** What a fault costs a run, for the bound on what is met again: attempts that end without a report, and workers that go on outdated. */
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
