import { describe, expect, it } from 'vitest';
import {
  type PendingSeen,
  type RecoveryObserved,
  splitRecovery,
} from '../../../src/cli/compare/recovery-split.js';

const struckAtMs = 10_000;

const pendingAt = (afterMs: number, attempt: number, startedAfterMs: number | null = null): PendingSeen => ({
  ...{ seenAtMs: struckAtMs + afterMs, activityId: '7', attempt },
  startedAtMs: startedAfterMs === null ? null : struckAtMs + startedAfterMs,
});

const observed = (facts: Partial<RecoveryObserved> = {}): RecoveryObserved => ({
  ...{ struckAtMs, pending: [], events: [], readyAtMs: null, firstEffectAtMs: struckAtMs + 2_000 },
  ...facts,
});

describe('a recovery', () => {
  it('of a killed worker is split into the lost attempt being noticed, the new worker, its work and its effect', () => {
    const pending = [
      pendingAt(-15, 1, -900),
      pendingAt(500, 1, -900),
      pendingAt(1_020, 2),
      pendingAt(1_340, 2, 1_310),
    ];

    expect(splitRecovery(observed({ pending, readyAtMs: struckAtMs + 1_200 }))).toEqual({
      ...{ detectedMs: 1_020, workerReadyMs: 1_200, dispatchedMs: 1_310, firstEffectMs: 2_000 },
    });
  });

  it('of a stopped worker is split by what history has: its work ended, and other work began', () => {
    const events = [
      { kind: 'work started', atMs: struckAtMs - 900 },
      { kind: 'work ended', atMs: struckAtMs + 30 },
      { kind: 'work started', atMs: struckAtMs + 1_100 },
    ] as const;

    expect(splitRecovery(observed({ events }))).toMatchObject({ detectedMs: 30, dispatchedMs: 1_100 });
  });

  it('that saw another Activity than the struck one knows that the work was handed on', () => {
    const pending = [pendingAt(-5, 1, -50), { ...pendingAt(40, 1, 35), activityId: '8' }];

    expect(splitRecovery(observed({ pending }))).toMatchObject({ detectedMs: 40, dispatchedMs: 35 });
  });

  it('has null where nothing was seen, and nothing invented in its place', () => {
    expect(splitRecovery(observed())).toEqual({
      ...{ detectedMs: null, workerReadyMs: null, dispatchedMs: null, firstEffectMs: 2_000 },
    });
  });

  it('takes nothing for its own that came after the first effect, or before the fault', () => {
    const events = [
      { kind: 'work ended', atMs: struckAtMs - 1 },
      { kind: 'work ended', atMs: struckAtMs + 2_001 },
    ] as const;

    expect(splitRecovery(observed({ events }))?.detectedMs).toBeNull();
  });

  it('has the worker there when it has the work, though its own word comes later', () => {
    const pending = [pendingAt(-5, 1, -50), pendingAt(1_100, 2, 1_050)];

    expect(splitRecovery(observed({ pending, readyAtMs: struckAtMs + 1_300 }))?.workerReadyMs).toBe(1_050);
  });

  it('needed no replacement that came after the first effect', () => {
    expect(splitRecovery(observed({ readyAtMs: struckAtMs + 3_600 }))?.workerReadyMs).toBeNull();
  });

  it('is none where no item was done any more', () => {
    expect(splitRecovery(observed({ firstEffectAtMs: null }))).toBeNull();
  });
});
