import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, maximumResumptionsKept, noCounts } from '../../../src/continuation/checkpoint.js';
import {
  type Continuation,
  firstExecution,
  interrupting,
} from '../../../src/continuation/steps/continuation.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
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
      problem:
        "step 'report' is nested in step 'process', or called while that one still runs. Await each step before the next one.",
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
    next.completeStep('process', null);

    expect(next.problemAtEnd()).toBeNull();
  });

  it('that still runs when the job ends is refused by name', () => {
    expect(ledgerIn('process').problemAtEnd()).toContain("the job ended while step 'process' still ran.");
  });

  it('that returned nothing is remembered as that, and not as null', () => {
    const before = new RunLedger();
    before.startStep('count');
    before.completeStep('count');

    expect(new RunLedger(throughJson(before.carry())).startStep('count')).toEqual({ kind: 'completed' });
  });

  it('begins at its start, which is no progress', () => {
    const ledger = new RunLedger();

    ledger.startStep('process', { start: 0 });

    expect(ledger.cursor).toBe(0);
    expect(ledger.advanced).toBe(false);
  });

  it('resumes at its cursor, not at its start', () => {
    const before = new RunLedger();
    before.startStep('process', { start: 0 });
    before.setCursor(23);
    const next = new RunLedger(throughJson(before.carry()));

    next.startStep('process', { start: 0 });

    expect(next.cursor).toBe(23);
  });

  it('must be open for a cursor to be set', () => {
    expect(() => new RunLedger().setCursor(1)).toThrow('no step is open');
  });
});

describe('a step that failed', () => {
  const failedIn = (step: string): RunLedger => {
    const ledger = ledgerIn(step);
    ledger.setCursor(23);
    ledger.failStep();
    return ledger;
  };

  it('may be called again in the same execution, and resumes at its cursor', () => {
    const ledger = failedIn('process');

    expect(ledger.startStep('process')).toEqual({ kind: 'resumed' });
    expect(ledger.cursor).toBe(23);
  });

  it('is not skipped: another step in its place is refused with both names', () => {
    expect(failedIn('process').startStep('report')).toEqual({
      kind: 'invalid',
      problem:
        "step 'report' was called after step 'process' failed and was not completed. Let its error through, or call 'process' again: it goes on at its cursor.",
    });
  });

  it('is not skipped: the job may not end as if it were done', () => {
    expect(failedIn('process').problemAtEnd()).toContain(
      "the job ended after step 'process' failed and was not completed.",
    );
  });

  it('that is completed at another try leaves nothing to refuse', () => {
    const ledger = failedIn('process');
    ledger.startStep('process');
    ledger.completeStep('process');

    expect(ledger.startStep('report')).toEqual({ kind: 'started' });
  });
});

describe('an isolated step', () => {
  const afterCount = (): RunLedger => {
    const ledger = ledgerIn('count');
    ledger.completeStep('count');
    return ledger;
  };

  it('waits for an execution of its own where this one has advanced', () => {
    expect(afterCount().startStep('export', { isolated: true })).toEqual({ kind: 'isolated' });
  });

  it('starts where this execution has not advanced', () => {
    const next = new RunLedger(throughJson(afterCount().carry()));
    next.startStep('count');

    expect(next.startStep('export', { isolated: true })).toEqual({ kind: 'started' });
  });

  it('has its execution for itself: the step after it waits for the next one', () => {
    const ledger = new RunLedger();
    ledger.startStep('export', { isolated: true });
    ledger.completeStep('export');

    expect(ledger.startStep('report')).toEqual({ kind: 'isolated' });
  });

  it('that was completed before isolates nothing any more', () => {
    const before = new RunLedger();
    before.startStep('export', { isolated: true });
    before.completeStep('export');
    const next = new RunLedger(throughJson(before.carry()));
    next.startStep('export', { isolated: true });
    next.startStep('report');
    next.completeStep('report');

    expect(next.startStep('tidy')).toEqual({ kind: 'started' });
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

  it('is not made by moving the cursor back to where this execution found it', () => {
    const ledger = ledgerIn('process');
    ledger.setCursor(1);
    const next = ledgerIn('process', throughJson(ledger.carry()));
    next.setCursor(2);

    next.setCursor(1);

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

describe('a batch that is scheduled', () => {
  it('raises the generation, over continue-as-new and a retry too', () => {
    const before = ledgerIn('process');
    before.scheduleBatch();
    const next = ledgerIn('process', throughJson(before.carry()));
    next.scheduleBatch();
    const retried = ledgerIn('process', throughJson(next.keep()));

    expect(retried.scheduleBatch().generation).toBe(3);
  });

  it('is told its step, its cursor and the run’s chain', () => {
    const ledger = new RunLedger(undefined, 'first-run-id');
    ledger.startStep('process');
    ledger.setCursor(23);

    expect(ledger.scheduleBatch()).toEqual({
      step: 'process',
      cursor: 23,
      chain: 'first-run-id',
      generation: 1,
      since: 1,
    });
  });
});

describe('errors', () => {
  const declined = { type: 'CardDeclined', message: 'declined' };

  it('are counted by what they say and where, over continue-as-new', () => {
    const before = ledgerIn('process');
    before.setCursor(23);
    before.countError(declined);
    const next = ledgerIn('process', throughJson(before.carry()));

    expect(next.countError(declined)).toMatchObject({ times: 2, inARow: 2, step: 'process', cursor: 23 });
  });

  it('that say something else are another error, but one more in a row', () => {
    const ledger = ledgerIn('process');
    ledger.countError(declined);

    expect(ledger.countError({ ...declined, message: 'expired' })).toMatchObject({ times: 1, inARow: 2 });
  });

  it('are forgotten at another cursor', () => {
    const ledger = ledgerIn('process');
    ledger.countError(declined);
    ledger.setCursor(1);

    expect(ledger.countError(declined)).toMatchObject({ times: 1, inARow: 1 });
  });

  it('between steps are forgotten when a step was completed', () => {
    const ledger = new RunLedger();
    ledger.countError(declined);
    ledger.startStep('count');
    ledger.completeStep('count');

    expect(ledger.countError(declined)).toMatchObject({ times: 1, inARow: 1, step: null });
  });
});

describe('what a failed run keeps', () => {
  const failedRun = (): RunLedger => {
    const ledger = ledgerIn('process', carriedAfter(['count']));
    ledger.startStep('count');
    ledger.startStep('process');
    ledger.recordBatch({ ...stuckBatch, after: null });
    ledger.recordBatch({ ...stuckBatch, after: 23 });
    ledger.countError({ type: 'CardDeclined', message: 'declined' });
    ledger.resumeAfterError();
    return ledger;
  };

  it('is all of its progress', () => {
    const retried = new RunLedger(throughJson(failedRun().keep()));
    retried.startStep('count');
    retried.startStep('process');

    expect(retried.cursor).toBe(23);
    expect(retried.progress()).toEqual({ ...failedRun().progress(), executions: 3 });
  });

  it('counts towards no limit any more: the retry has all its tries', () => {
    const retried = new RunLedger(throughJson(failedRun().keep()));

    expect(retried.resumptions).toBe(0);
    expect(retried.fruitless).toBe(0);
    expect(retried.carry()).toMatchObject({ error: null, restarts: 0, resumptionCount: 2 });
  });
});

describe('starting over', () => {
  it('forgets steps, cursor and counts, and keeps what a fence and a limit need', () => {
    const ledger = new RunLedger(carriedAfter(['count']), 'first-run-id');
    ledger.startStep('count');
    ledger.startStep('process');
    ledger.scheduleBatch();
    ledger.recordBatch(aBatch({ after: null, cursor: 10, total: 61 }));

    expect(ledger.carryNothing()).toMatchObject({
      completed: [],
      current: null,
      lastCursor: null,
      counts: noCounts,
      total: null,
      error: null,
      checkpoints: 1,
      generation: 1,
      chain: 'first-run-id',
      executions: 3,
      restarts: 1,
      resumptionCount: 1,
      resumptions: [{ resumedAfter: null, source: 'start', attempt: 1, revisited: 0 }],
    });
  });
});

describe('a planned interruption', () => {
  it('during a step is met at its first checkpoint, once', () => {
    const ledger = ledgerIn('process', interrupting({ kind: 'during', step: 'process' }));

    expect(ledger.meetPlanned()).toBe(true);
    expect(ledger.meetPlanned()).toBe(false);
    expect(ledger.unmet).toEqual([]);
  });

  it('during a step at a cursor is met there and not before', () => {
    const ledger = ledgerIn('process', interrupting({ kind: 'during', step: 'process', at: 2 }));
    ledger.setCursor(1);
    expect(ledger.meetPlanned()).toBe(false);

    ledger.setCursor(2);

    expect(ledger.meetPlanned()).toBe(true);
  });

  it('after a step is met between that one and the next', () => {
    const ledger = ledgerIn('count', interrupting({ kind: 'after', step: 'count' }));
    expect(ledger.meetPlanned()).toBe(false);

    ledger.completeStep('count');

    expect(ledger.meetPlanned()).toBe(true);
  });

  it('that was consumed is gone from what the next execution starts with; the others wait for theirs', () => {
    const later = { kind: 'after', step: 'process' } as const;
    const ledger = ledgerIn('process', interrupting({ kind: 'during', step: 'process' }, later));

    ledger.meetPlanned();

    expect(ledger.carry('a test asked').interruptAt).toEqual([later]);
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
    expect(new RunLedger().carry()).toEqual({ ...firstExecution, executions: 2, reason: 'history limit' });
  });

  it('says why the execution before ended', () => {
    const next = new RunLedger(throughJson(new RunLedger().carry('time limit')));

    expect(next.reason).toBe('time limit');
  });
});

describe('a cadence by time', () => {
  const cadence = { everyMs: 774.597, itemMs: 2, costsMs: [12] };

  it('goes from a batch to the next with what its checkpoint cost, also into the next execution', () => {
    const ledger = ledgerIn('process');
    ledger.scheduleBatch();
    ledger.recordBatch(aBatch({ cursor: 10, cadence }), 15);

    const next = ledgerIn('process', throughJson(ledger.carry()));

    expect(ledger.scheduleBatch().cadence).toEqual({ ...cadence, costMs: 15 });
    expect(next.scheduleBatch().cadence).toEqual({ ...cadence, costMs: 15 });
  });

  it('is not handed to another step, nor to batches that go by number', () => {
    const ledger = ledgerIn('process');
    ledger.recordBatch(aBatch({ kind: 'finished', cursor: 10, cadence }), 15);
    ledger.completeStep('process');
    ledger.startStep('report');
    const byNumber = ledgerIn('process');
    byNumber.recordBatch(aBatch({ cursor: 10 }), 15);

    expect(ledger.scheduleBatch()).not.toHaveProperty('cadence');
    expect(byNumber.scheduleBatch()).not.toHaveProperty('cadence');
  });
});
