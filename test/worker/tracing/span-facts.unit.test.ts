import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../../src/continuation/batch-of.js';
import { factsAtEnd, factsAtStart, factsOfFailure } from '../../../src/worker/tracing/span-facts.js';
import { aBatchStart, aCheckpoint } from '../../continuation/some-checkpoints.js';

const activity = { activityType: 'processOrders', heartbeatDetails: undefined };
const counts = { processed: 5, failed: 1, revisited: 2 };

describe('what a span says at its start', () => {
  it('names a batch’s step, and the cursor that it was given', () => {
    const input = { runId: 'r', from: aBatchStart({ step: 'process', cursor: 4 }) };

    expect(factsAtStart(input, activity)).toEqual({
      'leftoff.pattern': 'step',
      'leftoff.step': 'process',
      'leftoff.cursor.start': '4',
    });
  });

  it('names an iteration, and the newer cursor of its Workflow’s and its heartbeat’s', () => {
    const input = { args: {}, chain: 'c', generation: 1, from: aCheckpoint({ cursor: 4, sequence: 5 }) };
    const beaten = { ...activity, heartbeatDetails: aCheckpoint({ cursor: 9, sequence: 10 }) };

    expect(factsAtStart(input, activity)).toMatchObject({ 'leftoff.cursor.start': '4' });
    expect(factsAtStart(input, beaten)).toEqual({
      'leftoff.pattern': 'enumerator',
      'leftoff.iteration': 'processOrders',
      'leftoff.cursor.start': '9',
    });
  });

  it('says nothing of what is none of the library’s', () => {
    expect(factsAtStart({ runId: 'r' }, activity)).toEqual({});
    expect(factsAtStart(undefined, activity)).toEqual({});
    expect(factsAtEnd('done')).toEqual({ attributes: {}, interruption: null });
  });
});

describe('what a span says at its end', () => {
  const place = {
    'leftoff.cursor.end': '9',
    'leftoff.processed': 5,
    'leftoff.failed': 1,
    'leftoff.revisited': 2,
  };

  it('has a batch’s counts and cursor', () => {
    expect(factsAtEnd(batchOf(9, { kind: 'advanced', counts }))).toEqual({
      attributes: { 'leftoff.end': 'advanced', ...place },
      interruption: null,
    });
  });

  it('says why an iteration was interrupted', () => {
    const checkpoint = aCheckpoint({ cursor: 9, counts });
    const outcome = { type: 'leftoff.iteration', kind: 'interrupted', reason: 'worker stopping', checkpoint };

    expect(factsAtEnd(outcome)).toEqual({
      attributes: { 'leftoff.end': 'interrupted', ...place },
      interruption: 'worker stopping',
    });
  });

  it('says for how long it is throttled', () => {
    const { attributes, interruption } = factsAtEnd(batchOf(9, { kind: 'advanced', counts, waitMs: 500 }));

    expect(attributes).toMatchObject({ 'leftoff.wait_ms': 500 });
    expect(interruption).toBe('throttled');
  });

  it('says how far an iteration was that failed', () => {
    const failure = ApplicationFailure.create({
      message: 'refused',
      details: [aCheckpoint({ cursor: 9, counts })],
    });

    expect(factsOfFailure(failure)).toEqual(place);
    expect(factsOfFailure(new Error('refused'))).toEqual({});
  });
});
