import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedLane } from '../../../src/cli/compare/comparison.js';
import { drawProgress, withoutRepetition } from '../../../src/cli/report/charts/progress-charts.js';
import { recoveryParts } from '../../../src/cli/report/charts/recovery-stages.js';
import { aComparison, aLane } from './a-comparison.js';

describe('a recovery, cut into what was waited for', () => {
  it('counts a worker that was ready early for nothing: it is the detection that is waited for', () => {
    const recovery = { detectedMs: 1180, workerReadyMs: 890, dispatchedMs: 1290, firstEffectMs: 1420 };

    expect(recoveryParts({ lane: 'step', recovery })).toEqual([
      { lane: 'step', stage: 'worker boot', fromMs: 0, toMs: 890 },
      { lane: 'step', stage: 'detection', fromMs: 890, toMs: 1180 },
      { lane: 'step', stage: 'dispatch', fromMs: 1180, toMs: 1290 },
      { lane: 'step', stage: 'first effect', fromMs: 1290, toMs: 1420 },
    ]);
  });

  it('gives the time of what was not seen to the next that was', () => {
    const recovery = { detectedMs: null, workerReadyMs: 890, dispatchedMs: null, firstEffectMs: 1420 };

    expect(recoveryParts({ lane: 'step', recovery }).map(({ stage }) => stage)).toEqual([
      'worker boot',
      'first effect',
    ]);
  });

  it('adds up to the whole, in whatever order the moments came', () => {
    const moment = fc.option(fc.nat({ max: 5_000 }));
    const moments = fc.record({ detectedMs: moment, workerReadyMs: moment, dispatchedMs: moment });

    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 9_000 }), (seen, firstEffectMs) => {
        const parts = recoveryParts({ lane: 'step', recovery: { ...seen, firstEffectMs } });
        const total = parts.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        expect(total).toBe(firstEffectMs);
      }),
    );
  });
});

describe('progress over time', () => {
  it('loses no change when points that say nothing new are left out', () => {
    const still = (atMs: number) => ({ atMs, done: 3, revisited: 0 });
    const points = [
      { atMs: 0, done: 0, revisited: 0 },
      ...[50, 100, 150, 200].map(still),
      { atMs: 250, done: 3, revisited: 1 },
      ...[300, 350].map((atMs) => ({ atMs, done: 3, revisited: 1 })),
    ];

    expect(withoutRepetition(points).map(({ atMs }) => atMs)).toEqual([0, 50, 250, 350]);
  });

  it('marks the moment at which the fault fell, and none where it did not', () => {
    const texts = (lane: ComparedLane) => drawProgress(aComparison({ lanes: [lane] }))[0]?.svg ?? '';

    expect(texts(aLane('step'))).toContain('fault at 23');
    expect(texts(aLane('step', { killedAt: null, faultMs: null }))).not.toContain('fault');
  });
});
