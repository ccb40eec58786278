import { describe, expect, it } from 'vitest';
import { paceKeeper } from '../../../src/cli/monitor/pace-keeper.js';

const counted = (processed: number, workflowId = 'one') => ({ workflowId, counts: { processed, failed: 0 } });

describe('the pace of a run', () => {
  it('is known from its second reading on, for each run by itself', () => {
    const pace = paceKeeper();

    expect(pace.add(counted(0), 0)).toBeNull();
    expect(pace.add(counted(0, 'other'), 1_000)).toBeNull();
    expect(pace.add(counted(10), 2_000)).toBe(5);
  });

  it('begins anew where a run was started again, and is never below zero', () => {
    const pace = paceKeeper();
    pace.add(counted(50), 0);

    expect(pace.add(counted(0), 1_000)).toBeNull();
    expect(pace.add(counted(3), 2_000)).toBe(3);
  });

  it('is forgotten with its run', () => {
    const pace = paceKeeper();
    pace.add(counted(0), 0);

    pace.forgetOthers(new Set(['other']));

    expect(pace.add(counted(10), 1_000)).toBeNull();
  });
});
