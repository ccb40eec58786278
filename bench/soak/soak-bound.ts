/** The most that a soak's run may meet again, by the lane's formula, over all the faults that fell on it. Pure. */

import type { Resumption } from '../../dist/continuation/checkpoint.js';
import { demo } from '../../dist/continuation/timing.js';
import type { Fallen } from '../../dist/faults/fault.js';
import { costsOfFallen } from '../../dist/faults/fault-costs.js';
import { revisitBound } from '../../dist/faults/revisit-bound.js';
import type { PlannedRun } from './plan-run.js';

/**
 * @param resumptions of the run. An outage fails an attempt after the other; a frozen worker's open polls are handed one after the
 *   other as well, and each of them meets its orders once more when it wakes.
 */
export function soakBound(
  { pattern, store, batchSize, checkpointEvery, itemMs }: PlannedRun,
  fallen: readonly Fallen[],
  resumptions: readonly Pick<Resumption, 'attempt'>[],
): number | null {
  const costs = fallen.map((each) => costsOfFallen(each, { resumptions: 0, timing: demo }));
  const lost = Math.max(
    costs.reduce((sum, { attemptsLost }) => sum + attemptsLost, 0),
    attemptsBetween(resumptions),
  );
  const outdated = costs.reduce((sum, { outdated: workers }) => sum + workers, 0);
  return revisitBound({
    ...{ lane: { pattern, store }, batchSize, checkpointEvery, timing: demo, itemMs },
    attemptsLost: lost,
    outdated: outdated === 0 ? 0 : Math.max(outdated, lost),
    temporalAwayMs: Math.max(0, ...costs.map(({ temporalAwayMs }) => temporalAwayMs)),
    storeLost: costs.some(({ storeLost }) => storeLost),
  }).most;
}

/** Attempts that ended before each resumption: those of one Activity count on, a newly scheduled one's begin at 1. */
function attemptsBetween(resumptions: readonly Pick<Resumption, 'attempt'>[]): number {
  let before = 1;
  let lost = 0;
  for (const { attempt } of resumptions) {
    lost += attempt > before ? attempt - before : Math.max(1, attempt - 1);
    before = attempt;
  }
  return lost;
}
