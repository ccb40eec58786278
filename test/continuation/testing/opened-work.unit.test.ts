import { describe, expect, it } from 'vitest';
import { openedWork } from '../../../src/continuation/testing/opened-work.js';
import { aBatchStart, aCheckpoint } from '../some-checkpoints.js';

const from = aBatchStart({ step: 'bill' });

describe('what an Activity opens', () => {
  it.each([
    ['from the beginning', { args: { upTo: 3 }, from: null }],
    ['from a checkpoint', { args: undefined, from: aCheckpoint({}), chain: 'a', generation: 2 }],
  ])('is an iteration, %s', (_, input) => {
    expect(openedWork([input])).toEqual({ step: null });
  });

  it.each([
    ['alone', [from]],
    ['in an object', [{ month: 'May', from }]],
    ['beside other arguments', ['May', { from }]],
    ['spread into them', [{ ...from, month: 'May' }]],
  ])('is a step’s batch, its start %s', (_, args) => {
    expect(openedWork(args)).toEqual({ step: 'bill' });
  });

  it.each([
    ['has no items', [{ month: 'May', from: 'Monday' }]],
    ['has no arguments', []],
    ['only clears a store of an iteration', [{ args: {}, from: null, cleanUp: true }]],
    ['only clears a store of a step', [{ from: { ...from, cleanUp: true } }]],
  ])('is neither where it %s', (_, args) => {
    expect(openedWork(args)).toBeNull();
  });
});
