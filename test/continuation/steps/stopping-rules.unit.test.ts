import { describe, expect, it } from 'vitest';
import {
  type ExecutionSoFar,
  minimumEvents,
  reasonToStop,
} from '../../../src/continuation/steps/stopping-rules.js';

const limits = { historyLimit: 1_000, timeLimitMs: 60_000 };

/** An execution that has advanced, and is at no limit; anything else as named. */
const anExecution = (parts: Partial<ExecutionSoFar>): ExecutionSoFar => ({
  cancelled: false,
  advanced: true,
  events: 10,
  suggested: false,
  elapsedMs: 1_000,
  ...parts,
});

describe('an execution stops at a checkpoint', () => {
  it('for its history’s sake at the limit of events', () => {
    expect(reasonToStop(anExecution({ events: 999 }), limits)).toBeNull();
    expect(reasonToStop(anExecution({ events: 1_000 }), limits)).toBe('history limit');
  });

  it('for its history’s sake where the server suggests to continue as new', () => {
    expect(reasonToStop(anExecution({ suggested: true }), limits)).toBe('history limit');
  });

  it('at the limit of its time, and says so', () => {
    expect(reasonToStop(anExecution({ elapsedMs: 59_999 }), limits)).toBeNull();
    expect(reasonToStop(anExecution({ elapsedMs: 60_000 }), limits)).toBe('time limit');
  });
});

describe('an execution without progress', () => {
  const stuck = { advanced: false };

  it('stops for its history’s sake as well, so that one that polls stays bounded', () => {
    expect(reasonToStop(anExecution({ ...stuck, events: 1_000 }), limits)).toBe('history limit');
    expect(reasonToStop(anExecution({ ...stuck, suggested: true }), limits)).toBe('history limit');
  });

  it('has so many events of its own before, however low the limit: it does not continue as new at every checkpoint', () => {
    const low = { ...limits, historyLimit: 1 };

    expect(reasonToStop(anExecution({ ...stuck, events: minimumEvents - 1 }), low)).toBeNull();
    expect(reasonToStop(anExecution({ ...stuck, events: minimumEvents }), low)).toBe('history limit');
  });

  it('stops at no limit of time', () => {
    expect(reasonToStop(anExecution({ ...stuck, elapsedMs: 60_000 }), limits)).toBeNull();
  });
});

describe('a cancelled execution', () => {
  it('stops at no checkpoint: it is about to end', () => {
    expect(reasonToStop(anExecution({ cancelled: true, events: 9_999, suggested: true }), limits)).toBeNull();
  });
});
