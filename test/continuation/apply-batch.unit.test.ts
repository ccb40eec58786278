import { describe, expect, it } from 'vitest';
import { applyBatch, type BatchStanding } from '../../src/continuation/apply-batch.js';
import { emptyTally, noCounts } from '../../src/continuation/checkpoint.js';
import { aBatch } from './some-checkpoints.js';

const standingAt = (cursor: number | null, interrupted = false): BatchStanding => ({
  ...emptyTally,
  cursor,
  interrupted,
});

describe('a batch', () => {
  it('that moved is a checkpoint at its cursor', () => {
    const applied = applyBatch(standingAt(10), aBatch({ after: 10, cursor: 20 }));

    expect(applied).toMatchObject({
      checkpoint: true,
      moved: true,
      standing: { cursor: 20, checkpoints: 1 },
    });
  });

  it('to cursor 0 has moved', () => {
    expect(applyBatch(standingAt(null), aBatch({ after: null, cursor: 0 }))).toMatchObject({
      moved: true,
      standing: { cursor: 0 },
    });
  });

  it('that found nothing to do is no checkpoint, and leaves the cursor', () => {
    const nothing = aBatch({ kind: 'finished', after: 61, cursor: 61, counts: noCounts });

    const applied = applyBatch(standingAt(61), nothing);

    expect(applied).toMatchObject({ checkpoint: false, fruitless: false, standing: { cursor: 61 } });
  });

  it('that was interrupted is a checkpoint also where it is, and the next one a resumption', () => {
    const stopped = applyBatch(standingAt(23), aBatch({ kind: 'interrupted', after: 23, cursor: 23 }));

    const next = applyBatch(stopped.standing, aBatch({ after: 23, cursor: 33 }));

    expect(stopped).toMatchObject({ checkpoint: true, moved: false, resumed: false, fruitless: true });
    expect(next).toMatchObject({ resumed: true, standing: { resumptionCount: 1, interrupted: false } });
  });

  it('of a later attempt is a resumption after the cursor that it was given', () => {
    const applied = applyBatch(standingAt(99), aBatch({ after: 20, cursor: 30, attempt: 2 }));

    expect(applied.standing.resumptions).toEqual([
      { resumedAfter: 20, source: 'history', attempt: 2, revisited: 0 },
    ]);
  });

  it('of a later attempt is a resumption after what a lost one had left in a store, where it says so', () => {
    const resumed = { after: 23, source: 'postgres' };
    const applied = applyBatch(standingAt(20), aBatch({ after: 20, resumed, cursor: 30, attempt: 2 }));

    expect(applied.standing.resumptions).toEqual([
      { resumedAfter: 23, source: 'postgres', attempt: 2, revisited: 0 },
    ]);
  });

  it('of a later step is a resumption from its own start, not after the cursor of the step before', () => {
    const applied = applyBatch(standingAt(61), aBatch({ after: null, cursor: 5, attempt: 2 }));

    expect(applied.standing.resumptions).toMatchObject([{ resumedAfter: null, source: 'start' }]);
  });

  it('from a release that did not say what it was given is measured against where the run stood', () => {
    expect(applyBatch(standingAt(20), aBatch({ cursor: 20, counts: noCounts }))).toMatchObject({
      moved: false,
    });
    expect(applyBatch(standingAt(20), aBatch({ cursor: 30, attempt: 2 })).standing.resumptions).toMatchObject(
      [{ resumedAfter: 20 }],
    );
  });

  it('that says there is more and did not move is fruitless, unless it asks to wait', () => {
    const stuck = { after: 23, cursor: 23, counts: noCounts };

    expect(applyBatch(standingAt(23), aBatch(stuck))).toMatchObject({ fruitless: true });
    expect(applyBatch(standingAt(23), aBatch({ ...stuck, waitMs: 500 }))).toMatchObject({ fruitless: false });
  });

  it('leaves what else the standing carries', () => {
    const standing = { ...standingAt(10), sequence: 7 };

    expect(applyBatch(standing, aBatch({ after: 10, cursor: 20 })).standing.sequence).toBe(7);
  });
});
