import { describe, expect, it } from 'vitest';
import { describeRun, summariseRun } from '../../src/cli/run-summary.js';
import type { PendingWork, RunState } from '../../src/continuation/inspection/index.js';

const now = new Date('2026-11-24T12:00:10.000Z');

function aRun(differently: Partial<RunState> = {}): RunState {
  return {
    workflowId: 'orders-step-1',
    workflowType: 'processOrdersInSteps',
    memo: {
      pattern: 'step',
      job: 'process-orders',
      batchSize: 1,
      checkpointEvery: 1,
      itemMs: 0,
      profile: 'demo',
    },
    state: 'completed',
    counts: { processed: 60, failed: 1, revisited: 0 },
    total: 61,
    cursor: 61,
    checkpoints: 7,
    resumptions: [],
    resumptionCount: 0,
    executions: 1,
    firstStartedAt: new Date('2026-11-24T12:00:00.000Z'),
    closedAt: now,
    failure: null,
    latest: null,
    cadence: null,
    pending: [],
    storesAway: [],
    partitions: [],
    result: null,
    ...differently,
  };
}

describe("a completed run's end", () => {
  it('says how many of its orders other runs had done', () => {
    const run = aRun({ counts: { processed: 40, failed: 1, revisited: 0 } });

    expect(summariseRun(run, now)).toMatchObject({ total: 61, processed: 40, failed: 1, doneByOthers: 20 });
    expect(describeRun(run, now)).toContain('20 orders of its selection had been done by other runs');
  });

  it('says nothing of other runs where it imported a file, whose rows are nobody else’s', () => {
    const { memo, ...run } = aRun();

    const imported = { ...run, memo: { ...memo, job: 'import-orders' }, total: 99 };

    expect(summariseRun(imported, now).doneByOthers).toBe(0);
  });

  it('says nothing of other runs where it did them all', () => {
    expect(summariseRun(aRun(), now).doneByOthers).toBe(0);
    expect(describeRun(aRun(), now)).not.toContain('other runs');
  });
});

describe('a run whose Activity the server has paused', () => {
  it('says so, and how it goes on', () => {
    const paused: PendingWork = {
      activity: 'processOrders',
      activityId: '7',
      state: 'paused',
      attempt: 2,
      lastWorkerIdentity: null,
      lastHeartbeatAt: null,
      lastFailure: 'Activity paused',
    };

    const said = describeRun(aRun({ state: 'running', pending: [paused] }), now);

    expect(said).toContain('paused by the server');
    expect(said).toContain('temporal activity unpause --workflow-id orders-step-1 --activity-id 7');
    expect(said).not.toContain('attempt 2');
  });
});

describe('a run that has not ended', () => {
  it.each<[string, Partial<RunState>]>([
    ['is under way', { state: 'running' }],
    ['failed', { state: 'failed', failure: 'no reason' }],
    ['was ended', { state: 'cancelled' }],
  ])('does not call the rest of its orders done: it %s', (_, state) => {
    const run = aRun({ ...state, counts: { processed: 5, failed: 0, revisited: 0 } });

    expect(summariseRun(run, now).doneByOthers).toBe(0);
  });
});
