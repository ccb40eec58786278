import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../src/continuation/inspection/index.js';
import { withPartitions } from '../../../src/continuation/inspection/sum-partitions.js';

const at = new Date('2026-11-24T12:00:00.000Z');

function aRun(differently: Partial<RunState> = {}): RunState {
  return {
    ...{ workflowId: 'run', workflowType: 'aRun', memo: {}, state: 'running', failure: null, result: null },
    ...{ counts: { processed: 0, failed: 0, revisited: 0 }, total: null, cursor: null, checkpoints: 0 },
    ...{ resumptions: [], resumptionCount: 0, executions: 1, firstStartedAt: at, closedAt: null },
    ...{ latest: null, cadence: null, pending: [], storesAway: [], partitions: [] },
    ...differently,
  };
}

const counts = (processed: number, failed = 0, revisited = 0) => ({ processed, failed, revisited });

describe('a partitioned run', () => {
  it('is the sum of its partitions', () => {
    const parts = [
      aRun({ counts: counts(7, 1, 2), total: 10, checkpoints: 3, resumptionCount: 1, storesAway: ['redis'] }),
      aRun({ counts: counts(5), total: 10, checkpoints: 2, storesAway: ['redis'] }),
    ];

    expect(withPartitions(aRun(), parts)).toMatchObject({
      ...{ counts: counts(12, 1, 2), total: 20, checkpoints: 5, resumptionCount: 1, storesAway: ['redis'] },
      partitions: parts,
    });
  });

  it('has the newest checkpoint of its partitions, a live one without a time before all others', () => {
    const recorded = (cursor: number, at: Date | null) =>
      aRun({
        latest: {
          source: 'heartbeat',
          cursor,
          counts: counts(1),
          total: null,
          at,
          runId: 'r',
          eventId: null,
        },
      });
    const later = new Date(at.getTime() + 1);

    expect(withPartitions(aRun(), [recorded(1, at), recorded(2, later), aRun()]).latest?.cursor).toBe(2);
    expect(withPartitions(aRun(), [recorded(3, null), recorded(2, later)]).latest?.cursor).toBe(3);
    expect(withPartitions(aRun(), [aRun()]).latest).toBeNull();
  });

  it('does not know its total before each of its partitions does', () => {
    expect(withPartitions(aRun(), [aRun({ total: 10 }), aRun()]).total).toBeNull();
  });

  it('is paused when all that has not ended stands still, and pausing until then', () => {
    const pausing = aRun({ state: 'paused' });

    expect(withPartitions(pausing, [aRun({ state: 'paused' }), aRun({ state: 'pausing' })]).state).toBe(
      'pausing',
    );
    expect(withPartitions(pausing, [aRun({ state: 'paused' }), aRun({ state: 'running' })]).state).toBe(
      'pausing',
    );
    expect(withPartitions(pausing, [aRun({ state: 'paused' }), aRun({ state: 'completed' })]).state).toBe(
      'paused',
    );
  });

  it('that has completed says what its own result says', () => {
    const completed = aRun({ state: 'completed', counts: counts(20), total: 20 });

    expect(withPartitions(completed, [aRun({ counts: counts(3) })])).toMatchObject({
      counts: counts(20),
      total: 20,
    });
  });

  it('is any other run where it has none', () => {
    expect(withPartitions(aRun({ counts: counts(4) }), [])).toEqual(aRun({ counts: counts(4) }));
  });
});
