/**
 * What is said of checkpoints in the Rails world, next to what was measured here. Pure.
 *
 * The claims: a checkpoint in a database costs 5 to 10 ms, one in Redis 1 to 2 ms.
 *
 * C1  What was measured is all that a lane took longer than its bare loop, by its checkpoints: the most that one can have cost. So a
 *     claim may be found too high, and never too low; `bench checkpoint-cost` measures a checkpoint by itself.
 */
import { describeMs } from './amounts.js';
import type { ComparedLane } from './comparison.js';
import type { LaneName } from './lanes.js';

interface Claim {
  readonly of: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly measuredIn: LaneName;
}

const claims: readonly Claim[] = [
  { of: 'in a database', fromMs: 5, toMs: 10, measuredIn: 'enumerator/postgres' },
  { of: 'in Redis', fromMs: 1, toMs: 2, measuredIn: 'enumerator/redis' },
];

export interface JudgedClaim {
  readonly claim: string;
  readonly lane: LaneName;
  readonly measured: string;
  readonly verdict:
    | 'no more than that here'
    | 'it costs less here'
    | 'not told: bench checkpoint-cost'
    | 'not measured';
}

export function judgeClaims(lanes: readonly ComparedLane[]): JudgedClaim[] {
  return claims.flatMap(({ of, fromMs, toMs, measuredIn }) =>
    lanes
      .filter(({ lane }) => lane === measuredIn)
      .map(({ lane, checkpointMs, overhead }) => ({
        ...{ claim: `${of}: ${fromMs} to ${toMs} ms`, lane },
        measured: checkpointMs === null ? belowMeasure(overhead) : `at most ${describeMs(checkpointMs)}`,
        verdict: judge({ fromMs, toMs }, { checkpointMs, overhead }),
      })),
  );
}

function belowMeasure(overhead: number | null): string {
  return overhead === null ? '–' : 'too little to be measured';
}

function judge(
  { fromMs, toMs }: Pick<Claim, 'fromMs' | 'toMs'>,
  { checkpointMs, overhead }: Pick<ComparedLane, 'checkpointMs' | 'overhead'>,
): JudgedClaim['verdict'] {
  if (checkpointMs === null) return overhead === null ? 'not measured' : 'it costs less here';
  if (checkpointMs < fromMs) return 'it costs less here';
  return checkpointMs > toMs ? 'not told: bench checkpoint-cost' : 'no more than that here';
}
