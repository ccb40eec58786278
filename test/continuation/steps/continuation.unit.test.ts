import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../src/continuation/cursor.js';
import {
  type ContinuationV1,
  firstExecution,
  interrupting,
  readContinuation,
} from '../../../src/continuation/steps/continuation.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { throughJson } from '../some-checkpoints.js';

/** What the release before carried at the end of step `count`, in the midst of `process`. */
const carriedBefore: ContinuationV1 = {
  type: 'leftoff.continuation',
  version: 1,
  completed: [{ name: 'count', result: { $date: 'no encoding, but a key of the caller’s own' } }],
  current: { name: 'process', cursor: { $page: 2 }, interrupted: true, fruitless: 1 },
  lastCursor: { $page: 2 },
  counts: { processed: 20, failed: 0, revisited: 1 },
  total: 61,
  checkpoints: 2,
  resumptions: [],
  resumptionCount: 0,
  executions: 3,
};

describe('a continuation that a release before carried', () => {
  it('is read with its steps, cursor and counts', () => {
    const ledger = new RunLedger(throughJson(carriedBefore), 'first-run-id');

    ledger.startStep('count');

    expect(ledger.startStep('process')).toEqual({ kind: 'resumed' });
    expect(decodeValue(ledger.cursor)).toEqual({ $page: 2 });
    expect(ledger.progress()).toMatchObject({ counts: { processed: 20 }, total: 61, executions: 3 });
  });

  it('gives its results back as they were, also one that an encoding could be taken for', () => {
    const [count] = readContinuation(throughJson(carriedBefore)).completed;

    expect(decodeValue(count?.result ?? null)).toEqual(carriedBefore.completed[0]?.result);
  });

  it('gets what it knew nothing of: the chain, no batch scheduled, no error, no restart', () => {
    const ledger = new RunLedger(throughJson(carriedBefore), 'first-run-id');

    expect(ledger.carry()).toMatchObject({
      version: 2,
      chain: 'first-run-id',
      generation: 0,
      error: null,
      restarts: 0,
    });
  });
});

describe('the chain', () => {
  it('is the first execution’s, and stays so over continue-as-new and a retry', () => {
    const carried = new RunLedger(undefined, 'first-run-id').carry();

    const later = new RunLedger(throughJson(carried), 'another-run-id');

    expect(later.carry().chain).toBe('first-run-id');
    expect(later.keep().chain).toBe('first-run-id');
  });
});

describe('interrupting', () => {
  it('is plain data to start a run with: the first execution, and where it is to be interrupted', () => {
    const plan = interrupting({ kind: 'during', step: 'process', at: 23n }, { kind: 'after', step: 'count' });

    expect(throughJson(plan)).toEqual({
      ...firstExecution,
      interruptAt: [
        { kind: 'during', step: 'process', at: { $bigint: '23' } },
        { kind: 'after', step: 'count' },
      ],
    });
  });
});
