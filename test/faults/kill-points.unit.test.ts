import { describe, expect, it } from 'vitest';
import { demo } from '../../src/continuation/timing.js';
import { costOfKill, killPointSchema, missingPoint, settingsForKill } from '../../src/faults/kill-points.js';
import { revisitBound } from '../../src/faults/revisit-bound.js';

const patterns = ['step', 'enumerator', 'naive'] as const;
const kill = { checkpointEvery: 5, laterMs: 0 };

const boundOf = (point: (typeof killPointSchema.options)[number]) =>
  revisitBound({
    ...{
      lane: { pattern: 'step', store: 'heartbeat' },
      checkpointEvery: 5,
      batchSize: 1,
      timing: demo,
      itemMs: 10,
    },
    ...costOfKill(point),
  }).most;

describe('the points at which a kill could hurt', () => {
  it('are there in each lane, but that the control never continues as new', () => {
    const missing = killPointSchema.options.flatMap((point) =>
      patterns
        .filter((pattern) => missingPoint(point, pattern) !== null)
        .map((pattern) => ({ point, pattern })),
    );

    expect(missing).toEqual([{ point: 'during continue-as-new', pattern: 'naive' }]);
  });

  it('cost nothing after the checkpoint, and twice as much twice in a row', () => {
    expect(boundOf('after the checkpoint')).toBe(0);
    expect(boundOf('twice in a row')).toBe(2 * (boundOf('after the commit') ?? 0));
  });

  it('leave a run’s settings alone, unless it is to continue as new', () => {
    expect(settingsForKill({ ...kill, point: 'after the commit', pattern: 'step' })).toEqual({});
    expect(settingsForKill({ ...kill, point: 'during continue-as-new', pattern: 'enumerator' })).toEqual({
      historyLimit: 1,
    });
  });
});
