import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, maximumResumptionsKept, noCounts } from '../../../src/continuation/checkpoint.js';
import { type Continuation, firstExecution, RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { aBatch, throughJson } from '../some-checkpoints.js';
import { aScript, playScript } from '../some-runs.js';

/** A ledger with this step open. */
function ledgerIn(step: string, carried?: Continuation): RunLedger {
  const ledger = new RunLedger(carried);
  ledger.startStep(step);
  return ledger;
}

/** What the next execution starts from when the last one completed these steps, and had begun `current`. */
function carriedAfter(completed: readonly string[], current?: string): Continuation {
  const ledger = new RunLedger();
  for (const name of completed) {
    ledger.startStep(name);
    ledger.completeStep(name, `${name}’s result`);
  }
  if (current !== undefined) ledger.startStep(current);
  return throughJson(ledger.carry());
}

const stuckBatch: Batch = aBatch({ kind: 'interrupted', cursor: 23, counts: noCounts });

describe('a step', () => {
  it('is started the first time', () => {
    expect(new RunLedger().startStep('count')).toEqual({ kind: 'started' });
  });

  it('that is completed is not run again: its recorded result comes back', () => {
    const next = new RunLedger(carriedAfter(['count']));

    expect(next.startStep('count')).toEqual({ kind: 'completed', result: 'count’s result' });
  });

  it('that was in progress is resumed, with its cursor', () => {
    const before = ledgerIn('process');
    before.setCursor(23);

    const next = new RunLedger(throughJson(before.carry()));

    expect(next.startStep('process')).toEqual({ kind: 'resumed' });
    expect(next.cursor).toBe(23);
  });

  it('has its own cursor: the step after it starts from the beginning', () => {
    const ledger = ledgerIn('process');
    ledger.setCursor(23);
    ledger.completeStep('process', null);

    ledger.startStep('report');

    expect(ledger.cursor).toBeNull();
  });

  it('needs a name', () => {
    expect(new RunLedger().startStep('')).toEqual({ kind: 'invalid', problem: 'a step needs a name.' });
  });

  it('that is called twice is refused by name', () => {
    const ledger = ledgerIn('count');
    ledger.completeStep('count', null);

    expect(ledger.startStep('count')).toEqual({ kind: 'invalid', problem: "step 'count' is called twice." });
  });

  it('that is nested in another is refused with both names', () => {
    expect(ledgerIn('process').startStep('report')).toEqual({
      kind: 'invalid',
      problem: "step 'report' is nested in step 'process'.",
    });
  });

  it('that was renamed after it was completed is refused with both names', () => {
    const next = new RunLedger(carriedAfter(['count']));

    expect(next.startStep('select')).toEqual({
      kind: 'invalid',
      problem: "step 'select' was called where step 'count' was expected. Before: count; now: select.",
    });
  });

  it('that was renamed while it was in progress is refused with both names', () => {
    const next = new RunLedger(carriedAfter(['count'], 'process'));
    next.startStep('count');

    expect(next.startStep('charge')).toEqual({
      kind: 'invalid',
      problem:
        "step 'charge' was called where step 'process' was expected. Before: count, process; now: count, charge.",
    });
  });

  it('that comes before its predecessor on resume is refused with the order before and now', () => {
    const next = new RunLedger(carriedAfter(['count', 'process'], 'report'));
    next.startStep('count');

    expect(next.startStep('report')).toMatchObject({
      kind: 'invalid',
      problem: expect.stringContaining('Before: count, process, report; now: count, report.'),
    });
  });

  it('that is new may follow what was completed', () => {
    const next = new RunLedger(carriedAfter(['count']));
    next.startStep('count');

    expect(next.startStep('process')).toEqual({ kind: 'started' });
  });

  it('that was completed and is left out on resume is refused at the end by name', () => {
    const next = new RunLedger(carriedAfter(['count', 'process']));
    next.startStep('count');

    expect(next.problemAtEnd()).toContain("step 'process' was begun before and was not called on resume.");
  });

  it('that was in progress and is left out on resume is refused at the end by name', () => {
    const next = new RunLedger(carriedAfter([], 'process'));

    expect(next.problemAtEnd()).toContain("step 'process' was begun before and was not called on resume.");
  });

  it('that is called as before leaves nothing to refuse at the end', () => {
    const next = new RunLedger(carriedAfter(['count'], 'process'));
    next.startStep('count');
    next.startStep('process');

    expect(next.problemAtEnd()).toBeNull();
  });

  it('must be open for a cursor to be set', () => {
    expect(() => new RunLedger().setCursor(1)).toThrow('no step is open');
  });
});

describe('progress', () => {
  it('is not made by starting', () => {
    expect(ledgerIn('count').advanced).toBe(false);
  });

  it('is made by completing a step', () => {
    const ledger = ledgerIn('count');

    ledger.completeStep('count', null);

    expect(ledger.advanced).toBe(true);
  });

  it('is made by moving the cursor, also to 0', () => {
    const ledger = ledgerIn('process');

    ledger.setCursor(0);

    expect(ledger.advanced).toBe(true);
  });

  it('is not made by setting the same position again', () => {
    const before = ledgerIn('process');
    before.setCursor({ day: '1997-01-18', id: 7 });
    const next = ledgerIn('process', throughJson(before.carry()));

    next.setCursor({ id: 7, day: '1997-01-18' });

    expect(next.advanced).toBe(false);
  });

  it('is counted as a checkpoint each time a cursor is set', () => {
    const ledger = ledgerIn('process');

    ledger.setCursor(1);
    ledger.setCursor(2);

    expect(ledger.progress().checkpoints).toBe(2);
  });
});

describe('a batch', () => {
  it('adds its counts, moves the cursor and says how many items there are', () => {
    const ledger = ledgerIn('process');

    ledger.recordBatch(aBatch({ cursor: 10, counts: { processed: 9, failed: 1, revisited: 0 }, total: 61 }));

    expect(ledger.progress()).toEqual({
      step: 'process',
      cursor: 10,
      counts: { processed: 9, failed: 1, revisited: 0 },
      total: 61,
      checkpoints: 1,
      resumptionCount: 0,
      executions: 1,
    });
  });

  it('that found nothing to do is no checkpoint', () => {
    const ledger = ledgerIn('process');
    ledger.recordBatch(aBatch({ cursor: 61 }));

    ledger.recordBatch(aBatch({ kind: 'finished', cursor: 61, counts: noCounts }));

    expect(ledger.progress().checkpoints).toBe(1);
  });

  it('that passed items which another run had taken still moves the cursor', () => {
    const ledger = ledgerIn('process');

    ledger.recordBatch(aBatch({ kind: 'finished', cursor: 61, counts: noCounts }));

    expect(ledger.cursor).toBe(61);
  });

  it('after an interrupted one is a resumption after its cursor, from history', () => {
    const ledger = ledgerIn('process');
    ledger.recordBatch(aBatch({ kind: 'interrupted', cursor: 23 }));

    ledger.recordBatch(aBatch({ cursor: 33 }));

    expect(ledger.result(null).resumptions).toEqual([
      { resumedAfter: 23, source: 'history', attempt: 1, revisited: 0 },
    ]);
  });

  it('of a later attempt is a resumption that says what it met again', () => {
    const ledger = ledgerIn('process');
    ledger.setCursor(20);

    ledger.recordBatch(
      aBatch({ cursor: 30, attempt: 2, counts: { processed: 10, failed: 0, revisited: 3 } }),
    );

    expect(ledger.result(null).resumptions).toEqual([
      { resumedAfter: 20, source: 'history', attempt: 2, revisited: 3 },
    ]);
  });

  it('of a later attempt with no cursor yet is a resumption from the start', () => {
    const ledger = ledgerIn('process');

    ledger.recordBatch(aBatch({ cursor: 10, attempt: 2 }));

    expect(ledger.result(null).resumptions).toMatchObject([{ resumedAfter: null, source: 'start' }]);
  });

  it('after an interruption is a resumption also in the next execution', () => {
    const before = ledgerIn('process');
    before.recordBatch(aBatch({ kind: 'interrupted', cursor: 23 }));
    const next = ledgerIn('process', throughJson(before.carry()));

    next.recordBatch(aBatch({ cursor: 33 }));

    expect(next.progress().resumptionCount).toBe(1);
  });

  it('leaves the newest 50 resumptions, and the count of all', () => {
    const ledger = ledgerIn('process');

    for (let cursor = 1; cursor <= maximumResumptionsKept + 10; cursor += 1)
      ledger.recordBatch(aBatch({ cursor, attempt: 2 }));

    const { resumptions, resumptionCount } = ledger.result(null);
    expect(resumptionCount).toBe(60);
    expect(resumptions).toHaveLength(50);
    expect(resumptions.at(-1)).toMatchObject({ resumedAfter: 59 });
  });
});

describe('interruptions without progress', () => {
  it('are counted in a row', () => {
    const ledger = ledgerIn('process');
    ledger.setCursor(23);

    ledger.recordBatch(stuckBatch);
    ledger.recordBatch(stuckBatch);

    expect(ledger.fruitless).toBe(2);
  });

  it('are counted on over continue-as-new', () => {
    const before = ledgerIn('process');
    before.setCursor(23);
    before.recordBatch(stuckBatch);
    const next = ledgerIn('process', throughJson(before.carry()));

    next.recordBatch(stuckBatch);

    expect(next.fruitless).toBe(2);
  });

  it('are forgotten as soon as the cursor moves', () => {
    const ledger = ledgerIn('process');
    ledger.setCursor(23);
    ledger.recordBatch(stuckBatch);

    ledger.recordBatch(aBatch({ kind: 'interrupted', cursor: 24 }));

    expect(ledger.fruitless).toBe(0);
  });
});

describe('continue-as-new', () => {
  it('carries all that a run has done, and raises only the number of executions', () => {
    fc.assert(
      fc.property(aScript, fc.array(fc.nat(20)), (script, cuts) => {
        for (const carried of playScript(script, { cutAfterCheckpoints: new Set(cuts) }).carries) {
          const next = new RunLedger(throughJson(carried));

          expect(next.carry()).toStrictEqual({ ...carried, executions: carried.executions + 1 });
        }
      }),
    );
  });

  it('at any checkpoints changes nothing of a run’s result but the number of executions', () => {
    fc.assert(
      fc.property(aScript, fc.array(fc.nat(40)), (script, cuts) => {
        const uncut = playScript(script).result;

        const cut = playScript(script, { cutAfterCheckpoints: new Set(cuts) }).result;

        expect({ ...cut, executions: 1 }).toStrictEqual(uncut);
      }),
    );
  });

  it('keeps the last cursor of a completed step for the result', () => {
    const before = ledgerIn('process');
    before.setCursor(61);
    before.completeStep('process', null);

    const next = new RunLedger(throughJson(before.carry()));

    expect(next.lastCursor).toBe(61);
  });

  it('starts from nothing in the first execution', () => {
    expect(new RunLedger().carry()).toEqual({ ...firstExecution, executions: 2 });
  });
});
