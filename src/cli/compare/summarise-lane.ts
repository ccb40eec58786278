/**
 * What a lane comes to, from its runs under the fault and from its price. Pure.
 *
 * L1  Lost and doubled are those of all its runs, and what was met again is the most of any: nothing bad is averaged away.
 * L2  Everything else is that of one run, the one whose recovery is the middle one: its numbers belong together.
 */

import { spreadOf } from '../bench/spread.js';
import type { ComparedLane } from './comparison.js';

/** One run of a lane under the fault. */
export type PlayedRun = Omit<
  ComparedLane,
  'lane' | 'overhead' | 'overheadSpread' | 'baseline' | 'checkpointMs' | 'recoveryMs' | 'recoverySpread'
>;

/** What a lane costs without a fault, at full speed. */
export type LanePrice = Pick<ComparedLane, 'overhead' | 'overheadSpread' | 'checkpointMs'>;

export const notPriced: LanePrice = { overhead: null, overheadSpread: null, checkpointMs: null };

export interface LaneToSummarise extends Pick<ComparedLane, 'lane' | 'baseline'> {
  readonly runs: readonly PlayedRun[];
  readonly price: LanePrice;
}

export function summariseLane({ lane, baseline, runs, price }: LaneToSummarise): ComparedLane {
  const told = middleRun(runs);
  const recoveries = runs.flatMap(({ recovery }) => (recovery === null ? [] : [recovery.firstEffectMs]));
  const recoverySpread = spreadOf(recoveries);
  const sum = (of: (run: PlayedRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    ...told,
    ...{ lane, baseline, ...price },
    revisited: Math.max(...runs.map(({ revisited }) => revisited)),
    doubled: sum(({ doubled }) => doubled),
    lost: sum(({ lost }) => lost),
    recoveryMs: recoverySpread?.median ?? null,
    recoverySpread,
  };
}

function middleRun(runs: readonly PlayedRun[]): PlayedRun {
  const [first] = runs;
  if (first === undefined) throw new Error('A lane that was not played comes to nothing.');
  const recovered = runs
    .filter(({ recovery }) => recovery !== null)
    .toSorted((a, b) => (a.recovery?.firstEffectMs ?? 0) - (b.recovery?.firstEffectMs ?? 0));
  return recovered[Math.floor((recovered.length - 1) / 2)] ?? first;
}

/** Whether a lane kept what it promises. The control promises nothing. */
export function keptItsPromise({
  lane,
  lost,
  doubled,
  revisited,
  revisitBound,
  payments,
}: Pick<ComparedLane, 'lane' | 'lost' | 'doubled' | 'revisited' | 'revisitBound' | 'payments'>): boolean {
  if (lane === 'none') return true;
  const paidTwice = payments !== null && payments.key === 'run and order' && payments.doubled > 0;
  return lost === 0 && doubled === 0 && !paidTwice && revisited <= (revisitBound ?? Number.POSITIVE_INFINITY);
}
