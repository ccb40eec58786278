import { describe, expect, it } from 'vitest';
import { describeOwnWork } from '../../../src/cli/demo/fault.js';

describe('the recovery that a demo tells', () => {
  it("says how much of it is the next order's own work", () => {
    expect(describeOwnWork({ signal: 'SIGKILL', at: 45 }, 400)).toBe(" (0.4 s of it that order's own work)");
  });

  it('says after SIGTERM that the pretended work in hand was cut short, as real work would not be', () => {
    expect(describeOwnWork({ signal: 'SIGTERM', at: 23 }, 400)).toBe(
      " (0.4 s of it that order's own work; what was left of order 23's was cut short, real work would have ended first)",
    );
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('says nothing of work where there is hardly any: %s', (signal) => {
    expect(describeOwnWork({ signal, at: 23 }, 5)).toBe('');
  });
});
