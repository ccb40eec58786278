/** Compared lanes for tests: each as good as can be, but for what is said. */
import type { ComparedLane, Comparison } from '../../../src/cli/compare/comparison.js';
import type { LaneName } from '../../../src/cli/compare/lanes.js';

export function aLane(lane: LaneName, facts: Partial<ComparedLane> = {}): ComparedLane {
  return {
    lane,
    ...{ durationMs: 4_000, overhead: null, overheadSpread: null, checkpointMs: null },
    baseline: lane.endsWith('/postgres') ? 'bare loop with a cursor row' : 'bare loop',
    ...{ checkpoints: 7, cadence: 'every 10 orders', killedAt: 23, faultMs: 1_300, resumedAfter: 20 },
    ...{ revisited: 0, revisitBound: 10, doubled: 0, lost: 0 },
    ...{ recoveryMs: null, recoverySpread: null, recovery: null },
    ...{ historyEvents: 60, historyBytes: 15_000, executions: 1, redisWrites: 0, postgresWrites: 0 },
    ...{ payments: null, words: [], progress: [], note: null },
    ...facts,
  };
}

export const aControl = (facts: Partial<ComparedLane> = {}): ComparedLane =>
  aLane('none', {
    checkpoints: 0,
    resumedAfter: null,
    revisited: 23,
    revisitBound: null,
    doubled: 23,
    ...facts,
  });

export function once(median: number): NonNullable<ComparedLane['recoverySpread']> {
  return { median, lowest: median, highest: median, n: 1 };
}

export function aComparison(facts: Partial<Comparison> = {}): Comparison {
  return {
    ...{
      fault: 'sigkill',
      faultTitle: 'the worker is killed',
      at: 23,
      seed: 1,
      orders: 61,
      itemMs: 50,
      repeat: 1,
    },
    ...{ profile: 'demo', settings: 'tuned', measuredAt: '2026-01-02T03:04:05.000Z', commit: 'abcdef0123' },
    command: 'npx leftoff compare',
    machine: { cpu: 'a processor', cores: 2, memoryGb: 8, platform: 'linux x64' },
    versions: { 'Node.js': 'v20.19.0' },
    ...{ ok: true, lanes: [aControl(), aLane('step', { revisited: 3 })], verdict: ['It held.'] },
    ...facts,
  };
}
