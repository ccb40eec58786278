import { describe, expect, it } from 'vitest';
import { inOrder, type ListedRun, pickRuns } from '../../../src/cli/monitor/pick-runs.js';

const openRun = (workflowId: string, startedAtMs = 0): ListedRun => ({
  workflowId,
  runId: `execution of ${workflowId}`,
  startedAtMs,
  closedAtMs: null,
});
const endedRun = (workflowId: string, closedAtMs: number): ListedRun => ({
  ...openRun(workflowId),
  closedAtMs,
});
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const idsOf = (runs: readonly { readonly workflowId: string }[]): string[] =>
  runs.map(({ workflowId }) => workflowId);

describe('a reading of the runs looks at', () => {
  it('the newest of the open ones, and those that ended last', () => {
    const open = many(30, (index) => openRun(`open-${index}`, index));
    const ended = many(30, (index) => endedRun(`ended-${index}`, index));

    const picked = idsOf(pickRuns({ open, ended }, []));

    expect(picked).toHaveLength(25);
    expect(picked.slice(0, 2)).toEqual(['open-29', 'open-28']);
    expect(picked.slice(-5)).toEqual(many(5, (index) => `ended-${29 - index}`));
  });

  it('each run once, however many ends it had, and at its beginning anew alone where it has begun anew', () => {
    const ended = [endedRun('twice', 1), endedRun('twice', 2), endedRun('again', 3)];

    expect(idsOf(pickRuns({ open: [openRun('again')], ended }, ['again', 'twice']))).toEqual([
      'again',
      'twice',
    ]);
  });

  it('every run that was open before, also where more ended at once than are shown', () => {
    const ended = many(8, (index) => endedRun(`run-${index}`, index));

    expect(idsOf(pickRuns({ open: [], ended }, idsOf(ended))).sort()).toEqual(idsOf(ended));
  });

  it('a run that was open before and is in no list just now: it may be between two executions', () => {
    expect(pickRuns({ open: [], ended: [] }, ['goes-on'])).toEqual([
      { workflowId: 'goes-on', endedRunId: null },
    ]);
  });

  it('no run that is open but not among the newest, though it was before', () => {
    const open = many(21, (index) => openRun(`open-${index}`, index));

    expect(idsOf(pickRuns({ open, ended: [] }, ['open-0']))).not.toContain('open-0');
  });
});

describe('the runs are shown', () => {
  it('open ones first, newest first, no more than are shown; then all that ended, the last first', () => {
    const open = many(22, (index) => openRun(`open-${index}`, index));
    const ended = many(7, (index) => endedRun(`ended-${index}`, index));

    const shown = idsOf(inOrder([...ended, ...open]));

    expect(shown).toHaveLength(27);
    expect(shown.slice(0, 20)).toEqual(many(20, (index) => `open-${21 - index}`));
    expect(shown.slice(20)).toEqual(many(7, (index) => `ended-${6 - index}`));
  });
});
