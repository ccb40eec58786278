/**
 * A partitioned run as one: what its partitions add up to. Pure.
 *
 * S1  Its counts, checkpoints and resumptions are the sums; its newest checkpoint is the newest of theirs.
 * S2  Its total is known when each of theirs is.
 * S3  Paused is a run whose partitions all stand still; until then it is pausing.
 * S4  Once it has completed, its own result says all that, and is kept.
 */
import { addCounts, emptyTally, keepResumption } from '../checkpoint.js';
import { isEnded, isHeld, type RunStateName } from '../run-control.js';
import type { RecordedCheckpoint, RunState } from './run-state.js';

export function withPartitions(run: RunState, partitions: readonly RunState[]): RunState {
  if (partitions.length === 0) return run;
  const state = stateWith(run.state, partitions);
  if (run.state === 'completed') return { ...run, state, partitions };
  const tally = partitions.reduce(
    (sum, part) => ({
      counts: addCounts(sum.counts, part.counts),
      total: sum.total === null || part.total === null ? null : sum.total + part.total,
      checkpoints: sum.checkpoints + part.checkpoints,
      resumptions: part.resumptions.reduce<RunState['resumptions']>(keepResumption, sum.resumptions),
      resumptionCount: sum.resumptionCount + part.resumptionCount,
    }),
    { ...emptyTally, total: 0 as number | null },
  );
  const latest = partitions.flatMap(({ latest }) => latest ?? []).sort(byTime);
  return {
    ...run,
    ...tally,
    state,
    latest: latest.at(-1) ?? null,
    partitions,
    pending: partitions.flatMap(({ pending }) => pending),
    storesAway: [...new Set(partitions.flatMap(({ storesAway }) => storesAway))],
  };
}

/** Orders checkpoints of several partitions, oldest first. What is live, and has no time, is the newest. */
export function byTime(one: RecordedCheckpoint, other: RecordedCheckpoint): number {
  const at = ({ at }: RecordedCheckpoint) => at?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return at(one) - at(other);
}

function stateWith(state: RunStateName, partitions: readonly RunState[]): RunStateName {
  if (!isHeld(state)) return state;
  return partitions.every((part) => part.state === 'paused' || isEnded(part.state)) ? 'paused' : 'pausing';
}
