import { describe, expect, it } from 'vitest';
import { describeEvent, type WorkerStopped } from '../../src/worker/worker-events.js';

const stopped: WorkerStopped = {
  kind: 'stopped',
  visited: 5,
  lastOrderId: 23,
  lastReport: null,
  lastLine: null,
  keepsCursor: true,
  temporal: 'there',
  afterMs: 90,
};

describe("a worker's last line", () => {
  it('says that its cursor is kept', () => {
    expect(describeEvent(stopped)).toBe('worker stopped after 5 orders, the last one 23; its cursor is kept');
  });

  it('names the last report of a worker that wrote reports, and both where it did both', () => {
    expect(describeEvent({ ...stopped, lastOrderId: null, lastReport: '42/1997-03' })).toBe(
      'worker stopped after 5 reports, the last one 42/1997-03; its cursor is kept',
    );
    expect(describeEvent({ ...stopped, lastReport: '42/1997-03' })).toBe(
      'worker stopped after 5 orders and reports, the last ones 23 and 42/1997-03; its cursor is kept',
    );
  });

  it('names the last line of a worker that imported a file', () => {
    expect(describeEvent({ ...stopped, lastOrderId: null, lastLine: 1_001 })).toBe(
      'worker stopped after 5 rows, the last one on line 1001; its cursor is kept',
    );
  });

  it('does not say so with Temporal away, which would keep it', () => {
    const line = describeEvent({ ...stopped, temporal: 'away' });

    expect(line).not.toContain('is kept');
    expect(line).toContain('Temporal does not answer: its cursor may be lost');
  });

  it.each(['there', 'away'] as const)(
    'speaks of no cursor for a job that keeps none, Temporal %s',
    (temporal) => {
      expect(describeEvent({ ...stopped, keepsCursor: false, temporal })).not.toContain('cursor');
    },
  );
});
