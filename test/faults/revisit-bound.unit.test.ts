import { describe, expect, it } from 'vitest';
import { demo, production } from '../../src/continuation/timing.js';
import { costsOf, costsOfFallen } from '../../src/faults/fault-costs.js';
import { type RevisitCase, revisitBound } from '../../src/faults/revisit-bound.js';

const step = { pattern: 'step', store: 'heartbeat' } as const;
const heartbeat = { pattern: 'enumerator', store: 'heartbeat' } as const;
const redis = { pattern: 'enumerator', store: 'redis' } as const;

const most = (given: Partial<RevisitCase> & Pick<RevisitCase, 'lane'>): number | null =>
  revisitBound({ checkpointEvery: 5, batchSize: 1, timing: demo, itemMs: 20, attemptsLost: 1, ...given })
    .most;

describe('the bound on what is met again', () => {
  it('is none without checkpoints', () => {
    expect(most({ lane: { pattern: 'naive', store: 'heartbeat' } })).toBeNull();
  });

  it.each([step, heartbeat, redis])('is 0 where every attempt reports where it ended: %j', (lane) => {
    expect(most({ lane, attemptsLost: 0 })).toBe(0);
  });

  it.each(['step', 'enumerator'] as const)(
    'is 0 with a fence in the %s pattern, for zombies too',
    (pattern) => {
      expect(most({ lane: { pattern, store: 'postgres' }, attemptsLost: 3, outdated: 2 })).toBe(0);
    },
  );

  it('is a batch a lost attempt in steps, in whole transactions', () => {
    expect(most({ lane: step })).toBe(5);
    expect(most({ lane: step, attemptsLost: 2 })).toBe(10);
    expect(most({ lane: step, batchSize: 3 })).toBe(6);
  });

  it('is a flush a lost attempt with Redis, and a heartbeat window where Redis lost what it kept', () => {
    expect(most({ lane: redis })).toBe(5);
    expect(most({ lane: redis, storeLost: true })).toBe(most({ lane: heartbeat }));
  });

  it('is a throttle window, what is offered between two heartbeats, the way there, and one order with the heartbeat', () => {
    // (200 + 5 × 20 + 50) / 20, and one.
    expect(most({ lane: heartbeat })).toBe(19);
    // (2,000 + 5 × 20 + 50) / 20, and one.
    expect(most({ lane: heartbeat, timing: production })).toBe(109);
  });

  it('grows by the time in which Temporal takes no heartbeat', () => {
    expect(most({ lane: heartbeat, temporalAwayMs: 2_000 })).toBe(119);
  });

  it('offers a heartbeat four times a timeout at the least, whatever the cadence', () => {
    // (200 + 1,000 / 4 + 50) / 20, and one.
    expect(most({ lane: heartbeat, checkpointEvery: 1_000 })).toBe(26);
  });

  it('covers orders of the stated time, and the one in hand, where checkpoints go by time', () => {
    expect(most({ lane: step, checkpointEvery: 'auto' })).toBe(51);
    expect(most({ lane: redis, checkpointEvery: { redoMs: 200 } })).toBe(11);
  });

  it('has an outdated worker’s orders until it hears of it, but in steps no more than its batch', () => {
    expect(most({ lane: redis, attemptsLost: 0, outdated: 1 })).toBe(14);
    expect(most({ lane: step, attemptsLost: 0, outdated: 1 })).toBe(5);
  });
});

describe('what a fault costs', () => {
  it('is an attempt for each resumption where it fails one after another, and none where it stops them in order', () => {
    expect(costsOf('postgres-cut', 4).attemptsLost).toBe(4);
    expect(costsOf('sigkill', 0).attemptsLost).toBe(1);
    expect(costsOf('sigterm', 1).attemptsLost).toBe(0);
  });

  it('knows for how long Temporal took no heartbeat: until it is back, and until its Activity counts as lost', () => {
    const struckAtMs = 1_000;
    const replacement = { startedAtMs: 3_000, readyAtMs: 3_400 };
    const after = { resumptions: 0, timing: { heartbeatTimeoutMs: 1_000 } };

    expect(costsOfFallen({ fault: 'temporal-killed', struckAtMs, replacement }, after).temporalAwayMs).toBe(
      3_400,
    );
    expect(costsOfFallen({ fault: 'sigkill', struckAtMs, replacement }, after).temporalAwayMs).toBe(0);
  });
});
