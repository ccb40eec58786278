import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsBetween, keepNewest } from '../../../src/cli/monitor/events-between.js';
import { nothingRead, type Readings, type RunRead } from '../../../src/cli/monitor/readings.js';
import { allWell, anyReadings, aRun, aWorker, away, runs, told, workers } from './some-readings.js';

const wordsBetween = (before: Partial<Readings>, after: Partial<Readings>): string[] =>
  eventsBetween({ ...allWell, ...before }, { ...allWell, ...after }).map(({ words }) => words);

const wordsOfRun = (before: Partial<RunRead>, after: Partial<RunRead>): string[] =>
  wordsBetween({ runs: runs({ ...aRun, ...before }) }, { runs: runs({ ...aRun, ...after }) });

describe('between two readings', () => {
  it('nothing happened where nothing changed, whatever was read', () => {
    fc.assert(fc.property(anyReadings, (readings) => eventsBetween(readings, readings).length === 0));
  });

  it('what was there when the monitor began is no event', () => {
    expect(eventsBetween(nothingRead, allWell)).toEqual([]);
  });

  it.each([
    ['temporal', 'runs', 'Temporal'],
    ['postgres', 'orders', 'PostgreSQL'],
    ['redis', 'redis', 'Redis'],
  ] as const)('an outage of %s is told once when it begins, and once when it ends', (_, source, label) => {
    const out: Readings = { ...allWell, [source]: away<never>(allWell[source] as never) };

    expect(wordsBetween(allWell, out)).toEqual([`${label} does not answer`]);
    expect(wordsBetween(out, out)).toEqual([]);
    expect(wordsBetween(out, allWell)).toEqual([`${label} is back`]);
  });

  it('what happened during an outage is told after it', () => {
    const completed = runs({ ...aRun, state: 'completed', open: false, processed: 60 });

    expect(wordsBetween({ runs: away(allWell.runs) }, { runs: completed })).toEqual([
      'Temporal is back',
      'run orders-step-3 completed: 60 processed, 1 failed',
    ]);
  });

  it('the newest events are kept, the newest last', () => {
    expect(keepNewest([1, 2, 3], [4, 5], 3)).toEqual([3, 4, 5]);
  });
});

describe('a worker', () => {
  it('that comes has started', () => {
    expect(wordsBetween({ workers: workers([]) }, {})).toEqual(['worker 4211 started']);
  });

  it('that goes has stopped, where it took its note away', () => {
    expect(wordsBetween({}, { workers: workers([]) })).toEqual(['worker 4211 stopped']);
  });

  it('that goes was killed, where its note was left', () => {
    expect(wordsBetween({}, { workers: workers([], [aWorker]) })).toEqual(['worker 4211 killed']);
  });

  it('that got the pid of a killed one is another', () => {
    const next = { ...aWorker, startedAtMs: aWorker.startedAtMs + 50_000 };

    expect(wordsBetween({}, { workers: workers([next], [aWorker]) })).toEqual([
      'worker 4211 killed',
      'worker 4211 started',
    ]);
  });

  it('is told as frozen, and as woken', () => {
    const frozen = workers([{ ...aWorker, frozen: true }]);

    expect(wordsBetween({}, { workers: frozen })).toEqual(['worker 4211 frozen (SIGSTOP)']);
    expect(wordsBetween({ workers: frozen }, {})).toEqual(['worker 4211 woken (SIGCONT)']);
  });
});

describe('a run', () => {
  it('that is new has started; with its end, where it was over at once', () => {
    const short = { ...aRun, state: 'completed', open: false };

    expect(wordsBetween({ runs: runs() }, {})).toEqual(['run orders-step-3 started']);
    expect(wordsBetween({ runs: runs() }, { runs: runs(short) })).toEqual([
      'run orders-step-3 started',
      'run orders-step-3 completed: 22 processed, 1 failed',
    ]);
  });

  it('that is old and comes into sight has not started', () => {
    const old = { ...aRun, workflowId: 'old', open: false, startedAtMs: aRun.startedAtMs - 1_000 };

    expect(wordsBetween({}, { runs: runs(aRun, old) })).toEqual([]);
  });

  it('that had failed and has a new start is started again', () => {
    const failed = { state: 'failed', open: false };

    expect(wordsOfRun(failed, { startedAtMs: aRun.startedAtMs + 5_000 })).toEqual([
      'run orders-step-3 started again',
    ]);
  });

  it('resumes after a place, with what it meets again', () => {
    const lastResumption = { resumedAfter: 23, source: 'history', attempt: 2, revisited: 1 };

    expect(wordsOfRun({}, { resumptions: 1, lastResumption })).toEqual([
      'run orders-step-3 resumed after order 23, 1 met again',
    ]);
    expect(
      wordsOfRun(
        {},
        { resumptions: 1, lastResumption: { ...lastResumption, resumedAfter: null, revisited: 0 } },
      ),
    ).toEqual(['run orders-step-3 resumed from the beginning']);
  });

  it('was interrupted where its newest checkpoint is that of a stop', () => {
    const checkpoint = { source: 'interruption', atMs: 1 };

    expect(wordsOfRun({}, { checkpoint })).toEqual(['run orders-step-3 interrupted after order 23']);
    expect(wordsOfRun({ checkpoint }, { checkpoint })).toEqual([]);
  });

  it('has lost its worker where the server knows by a timeout; another failure is told as it is', () => {
    const attempt = (lastFailure: string) => ({ attempt: { number: 2, state: 'waiting', lastFailure } });

    expect(wordsOfRun({}, attempt('activity Heartbeat timeout'))).toEqual([
      'run orders-step-3 lost its worker after order 23',
    ]);
    expect(wordsOfRun({}, attempt('no such table'))).toEqual([
      'run orders-step-3 tries again: no such table',
    ]);
  });

  it('that fails the same way again and again says so once; each worker that it loses counts', () => {
    const attempt = (number: number, lastFailure: string) => ({
      attempt: { number, state: 'waiting', lastFailure },
    });

    expect(wordsOfRun(attempt(2, 'no such table'), attempt(3, 'no such table'))).toEqual([]);
    expect(wordsOfRun(attempt(2, 'Heartbeat timeout'), attempt(3, 'Heartbeat timeout'))).toHaveLength(1);
  });

  it.each([
    ['paused', 'run orders-step-3 paused after order 23'],
    ['cancelled', 'run orders-step-3 cancelled after order 23'],
    ['completed', 'run orders-step-3 completed: 22 processed, 1 failed'],
    ['failed', 'run orders-step-3 failed: no more disk'],
    ['pausing', 'run orders-step-3 is pausing'],
    ['a word of tomorrow', 'run orders-step-3 is a word of tomorrow'],
  ])('that is %s now is told so', (state, words) => {
    expect(wordsOfRun({}, { state, failure: state === 'failed' ? 'no more disk' : null })).toEqual([words]);
  });

  it('that was paused goes on', () => {
    expect(wordsOfRun({ state: 'paused' }, {})).toEqual(['run orders-step-3 goes on after order 23']);
  });

  it('that is deleted while it is open is gone; one that had ended is not missed', () => {
    expect(wordsBetween({}, { runs: runs() })).toEqual(['run orders-step-3 is gone']);
    expect(wordsBetween({ runs: runs({ ...aRun, open: false }) }, { runs: runs() })).toEqual([]);
  });

  it('that is not among those that were read is not gone while open ones were not read', () => {
    const ended = Array.from({ length: 5 }, (_, index) => ({
      ...aRun,
      workflowId: `ended-${index}`,
      open: false,
      startedAtMs: aRun.startedAtMs - 1_000,
    }));

    expect(
      wordsBetween({}, { runs: told({ runs: ended, open: 2, workersElsewhere: [], underWay: {} }) }),
    ).toEqual([]);
  });
});
