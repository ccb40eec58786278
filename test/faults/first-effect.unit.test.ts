import { describe, expect, it } from 'vitest';
import { faultNamed } from '../../src/faults/faults.js';
import { countedFrom } from '../../src/faults/first-effect.js';

const struckAtMs = 1_000;
const replacement = { startedAtMs: 1_010, readyAtMs: 2_000 };

describe('the first effect after a fault', () => {
  it('is not what the struck worker still booked before it was gone', () => {
    const after = { fault: faultNamed('sigterm'), fell: { struckAtMs, replacement } };

    expect(countedFrom({ ...after, goneAtMs: 1_700 })).toBe(1_700);
    expect(countedFrom({ ...after, goneAtMs: null })).toBeGreaterThan(replacement.startedAtMs);
  });

  it.each(['redis-stopped', 'postgres-restarted', 'postgres-cut', 'temporal-killed'] as const)(
    'is whoever’s comes first under %s: no worker was struck',
    (name) => {
      const after = { fault: faultNamed(name), fell: { struckAtMs, replacement } };

      expect(countedFrom({ ...after, goneAtMs: null })).toBe(struckAtMs);
    },
  );
});
