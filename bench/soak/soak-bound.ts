/** The most that a soak's run may meet again, by the lane's formula, over all the faults that fell on it. Pure. */
import { boundsOf } from '../../dist/continuation/checkpoint-cadence.js';
import { demo } from '../../dist/continuation/timing.js';
import type { Fallen } from '../../dist/faults/fault.js';
import { costsOf } from '../../dist/faults/fault-costs.js';
import { revisitBound } from '../../dist/faults/revisit-bound.js';
import type { PlannedRun } from './plan-run.js';

/** @param resumptions of the run: an outage fails an attempt after the other */
export function soakBound(
  { pattern, store, batchSize, checkpointEvery, itemMs }: PlannedRun,
  fallen: readonly Fallen[],
  resumptions: number,
): number | null {
  const costs = fallen.map(({ fault }) => costsOf(fault, 0));
  const lost = costs.reduce((sum, { attemptsLost }) => sum + attemptsLost, 0);
  const awayMs = fallen.map(({ fault, struckAtMs, replacement }) =>
    costsOf(fault, 0).temporalAway
      ? (replacement?.readyAtMs ?? struckAtMs) - struckAtMs + demo.heartbeatTimeoutMs
      : 0,
  );
  return revisitBound({
    ...{ lane: { pattern, store }, batchSize, timing: demo, itemMs },
    // By time it is as many items as fit into the work that may be done again.
    checkpointEvery:
      typeof checkpointEvery === 'number' ? checkpointEvery : Math.ceil(boundsOf('auto').redoMs / itemMs) + 1,
    attemptsLost: Math.max(lost, resumptions),
    outdated: costs.reduce((sum, { outdated }) => sum + outdated, 0),
    temporalAwayMs: Math.max(0, ...awayMs),
    storeLost: costs.some(({ storeLost }) => storeLost),
  }).most;
}
