import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IterationOutcome, noCounts } from '../../../src/continuation/checkpoint.js';
import type { JsonValue } from '../../../src/continuation/cursor.js';
import type { ProgressEvent } from '../../../src/continuation/inspection/execution-history.js';
import {
  controlOf,
  foldProgress,
  nothingYet,
  type Standing,
} from '../../../src/continuation/inspection/fold-progress.js';
import type { RecordedCheckpoint } from '../../../src/continuation/inspection/run-state.js';
import { memoryStore, workBatch } from '../../../src/continuation/iteration/index.js';
import { telling } from '../../../src/continuation/selection.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { numberedWork } from '../iteration/numbered-work.js';
import { anEnvironment } from '../iteration/run-iteration.js';
import { aBatch, aBatchStart, aCheckpoint, throughJson } from '../some-checkpoints.js';
import { aScript, playScript } from '../some-runs.js';

const at = new Date('2026-01-02T03:04:05Z');
const someCuts = fc.array(fc.nat(20)).map((cuts) => new Set(cuts));

/** Folds the events, and keeps each new checkpoint as a reader of the whole history does. */
function fold(events: readonly ProgressEvent[], from: Standing = nothingYet) {
  const recorded: RecordedCheckpoint[] = [];
  let standing = from;
  for (const event of events) {
    const next = foldProgress(standing, event, 'run-1');
    if (next.latest !== null && next.latest !== standing.latest) recorded.push(next.latest);
    standing = next;
  }
  return { ...standing, recorded };
}

const activityCompleted = (result: unknown, eventId = 7): ProgressEvent => ({
  kind: 'activity completed',
  scheduled: 5,
  eventId,
  at,
  result,
});

const startedWith = (...args: unknown[]): ProgressEvent => ({
  kind: 'started',
  continuedFrom: null,
  retryOf: null,
  chain: 'run-1',
  eventId: 1,
  at,
  args,
});

function comparable({
  counts,
  cursor,
  total,
  checkpoints,
  resumptions,
  resumptionCount,
  executions,
}: Omit<Standing, 'result'>) {
  return { counts, cursor, total, checkpoints, resumptions, resumptionCount, executions };
}

const interrupted = (cursor: number): IterationOutcome => ({
  type: 'leftoff.iteration',
  kind: 'interrupted',
  reason: 'worker stopping',
  checkpoint: aCheckpoint({
    cursor,
    sequence: cursor,
    counts: { processed: cursor, failed: 0, revisited: 0 },
    total: 61,
  }),
});

describe('reading a run back from its history', () => {
  it('finds what the run itself reports, over any batches and any chain of executions', () => {
    fc.assert(
      fc.property(aScript, someCuts, (script, cutAfterCheckpoints) => {
        const { result, executions } = playScript(script, { cutAfterCheckpoints });

        const standing = fold(executions.flat());

        expect(comparable(standing)).toStrictEqual(comparable({ ...standing, ...result }));
      }),
    );
  });

  it('finds the same in the newest execution alone', () => {
    fc.assert(
      fc.property(aScript, someCuts, (script, cutAfterCheckpoints) => {
        const { executions } = playScript(script, { cutAfterCheckpoints });

        const standing = fold(executions.at(-1) ?? []);

        expect(comparable(standing)).toStrictEqual(comparable(fold(executions.flat())));
      }),
    );
  });

  it('records as many checkpoints as the run counts, and one for each continue-as-new', () => {
    fc.assert(
      fc.property(aScript, someCuts, (script, cutAfterCheckpoints) => {
        const { result, executions } = playScript(script, { cutAfterCheckpoints });

        const { recorded } = fold(executions.flat());

        expect(recorded).toHaveLength(result.checkpoints + executions.length - 1);
      }),
    );
  });

  it('records a batch as a checkpoint in history, with the sum up to there', () => {
    const ten = { processed: 9, failed: 1, revisited: 0 };

    const { recorded } = fold([
      activityCompleted(aBatch({ cursor: 10, counts: ten, total: 61 }), 11),
      activityCompleted(aBatch({ cursor: 20, counts: ten, total: 61 }), 17),
    ]);

    expect(recorded).toEqual([
      { source: 'history', cursor: 10, counts: ten, total: 61, at, runId: 'run-1', eventId: 11 },
      {
        source: 'history',
        cursor: 20,
        counts: { processed: 18, failed: 2, revisited: 0 },
        total: 61,
        at,
        runId: 'run-1',
        eventId: 17,
      },
    ]);
  });

  it('records a cursor of 0', () => {
    expect(fold([activityCompleted(aBatch({ cursor: 0 }))])).toMatchObject({
      cursor: 0,
      recorded: [{ cursor: 0 }],
    });
  });

  it('names an interrupted batch an interruption', () => {
    const { recorded } = fold([activityCompleted(aBatch({ kind: 'interrupted', cursor: 23 }))]);

    expect(recorded).toMatchObject([{ source: 'interruption', cursor: 23 }]);
  });

  it('records no checkpoint for a batch that found nothing to do', () => {
    const { recorded } = fold([
      activityCompleted(aBatch({ cursor: 61 })),
      activityCompleted(aBatch({ kind: 'finished', cursor: 61, counts: noCounts })),
    ]);

    expect(recorded).toHaveLength(1);
  });

  it('takes an enumerator’s outcome as the whole sum, and names an interruption so', () => {
    const standing = fold([activityCompleted(interrupted(23)), activityCompleted(interrupted(40))]);

    expect(standing).toMatchObject({ cursor: 40, counts: { processed: 40 }, total: 61, sequence: 40 });
    expect(standing.recorded).toMatchObject([
      { source: 'interruption', cursor: 23 },
      { source: 'interruption', cursor: 40 },
    ]);
  });

  it('records an enumerator’s end once: what clears its store reports it again', () => {
    const { checkpoint } = interrupted(61);
    const completed = {
      type: 'leftoff.iteration',
      kind: 'completed',
      ending: 'exhausted',
      checkpoint,
      result: null,
    };

    const { recorded } = fold([activityCompleted(completed, 11), activityCompleted(completed, 17)]);

    expect(recorded.map(({ cursor, eventId }) => ({ cursor, eventId }))).toEqual([
      { cursor: 61, eventId: 11 },
    ]);
  });

  it('finds an enumerator’s checkpoint in what continue-as-new carried', () => {
    const { checkpoint } = interrupted(23);

    const standing = fold([
      startedWith(
        {},
        { type: 'leftoff.carried-iteration', version: 1, checkpoint, executions: 3, fruitless: 0 },
      ),
    ]);

    expect(standing).toMatchObject({
      cursor: 23,
      executions: 3,
      recorded: [{ source: 'continue-as-new', cursor: 23 }],
    });
  });

  it('knows how many items are selected before the first checkpoint', () => {
    expect(fold([startedWith({}), activityCompleted(telling({ upTo: 61, total: 61 }))])).toMatchObject({
      total: 61,
      recorded: [],
    });
  });

  it.each<[string, JsonValue | undefined]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an object of their own', { kind: 'advanced', cursor: 99 }],
    ['an order with a total of its own', { customer: 7, total: 4_200 }],
  ])('passes over other Activities that return %s', (_, result) => {
    expect(fold([activityCompleted(result)])).toEqual({ ...nothingYet, recorded: [] });
  });

  it('keeps why a run failed, and where it was', () => {
    const error = new Error('the same error came 5 times');

    const standing = fold([
      activityCompleted(aBatch({ cursor: 23 })),
      { kind: 'failed', eventId: 20, at, error },
    ]);

    expect(standing).toMatchObject({ failure: error, cursor: 23 });
  });

  it('finds the last checkpoint of an enumerator that failed for good in what it failed with', () => {
    const counts = { processed: 6, failed: 0, revisited: 1 };
    const kept = aCheckpoint({ cursor: 6, sequence: 6, counts, total: 61 });
    const cause = ApplicationFailure.nonRetryable('the same error came 5 times', 'SameError', kept);
    const error = new Error('Activity task failed', { cause });

    const standing = fold([
      activityCompleted(interrupted(2), 11),
      { kind: 'failed', eventId: 20, at, error },
    ]);

    expect(standing).toMatchObject({ failure: error, cursor: 6, counts, total: 61 });
    expect(standing.recorded.map(({ source, cursor, eventId }) => ({ source, cursor, eventId }))).toEqual([
      { source: 'interruption', cursor: 2, eventId: 11 },
      { source: 'history', cursor: 6, eventId: 20 },
    ]);
  });

  it('finds the cursor of a run in steps that failed in what it kept, also one that its Workflow set by itself', () => {
    const ledger = new RunLedger();
    ledger.startStep('process');
    ledger.recordBatch(aBatch({ after: null, cursor: 6, total: 61 }));
    ledger.setCursor(7);
    const error = ApplicationFailure.nonRetryable('declined', 'CardDeclined', throughJson(ledger.keep()));

    const standing = fold([
      activityCompleted(aBatch({ after: null, cursor: 6, total: 61 }), 11),
      { kind: 'failed', eventId: 20, at, error },
    ]);

    expect(standing).toMatchObject({ failure: error, cursor: 7, total: 61, checkpoints: 2, executions: 1 });
    expect(standing.recorded.map(({ source, cursor, eventId }) => ({ source, cursor, eventId }))).toEqual([
      { source: 'history', cursor: 6, eventId: 11 },
      { source: 'history', cursor: 7, eventId: 20 },
    ]);
  });

  it('takes what clears a step’s store after a cancellation for no work: nothing was resumed', async () => {
    const { numbers: enumerator, visit } = numberedWork();
    const from = aBatchStart({ cursor: 23, generation: 2, cleanUp: true });
    const clearing = () =>
      workBatch<number, number>({
        ...{ from, enumerator, eachIteration: async (item) => visit(item) },
        ...{ checkpointEvery: 100, store: memoryStore() },
      });
    const report = throughJson(await anEnvironment().run(clearing));
    const cancelled = aBatch({
      kind: 'interrupted',
      reason: 'cancelled',
      after: null,
      cursor: 23,
      generation: 1,
    });
    const before = fold([activityCompleted(cancelled, 11)]);

    expect(fold([activityCompleted(report, 17)], before)).toEqual({ ...before, recorded: [] });
  });
});

describe('a run that failed with what a child failed with', () => {
  const ledger = new RunLedger();
  ledger.startStep('process');
  ledger.recordBatch(aBatch({ after: null, cursor: 6 }));
  const child = new ChildWorkflowFailure(
    'default',
    { workflowId: 'run/2' },
    'work',
    'RETRY_POLICY_NOT_SET',
    ApplicationFailure.nonRetryable('declined', 'CardDeclined', throughJson(ledger.keep())),
  );
  const failedWith = (error: Error): ProgressEvent => ({ kind: 'failed', eventId: 20, at, error });
  const { cursor, executions, result, ...tally } = new RunLedger().result(null);
  const aDone = (processed: number) => ({
    ...{ ...tally, cursor, executions, result, workflowId: 'run/1' },
    ...{ counts: { ...noCounts, processed }, total: processed, checkpoints: 2 },
  });

  it('is as far as its partitions that are done, and has no cursor, where it is a partitioned one', () => {
    const kept = { type: 'leftoff.carried-partitions', version: 1, done: [aDone(5), null, aDone(7)] };
    const error = ApplicationFailure.create({ message: '1 of 3', details: [kept], cause: child });

    expect(fold([failedWith(error)])).toMatchObject({
      counts: { processed: 12 },
      total: null,
      checkpoints: 4,
      cursor: null,
      recorded: [],
      failure: error,
    });
  });

  it('has nothing of that child’s progress for its own', () => {
    expect(fold([failedWith(child)])).toEqual({ ...nothingYet, failure: child, recorded: [] });
  });
});

describe('what operators asked of a run', () => {
  const asked = (request: 'pause' | 'unpause' | 'cancel', requestId: string): ProgressEvent => ({
    ...{ kind: 'asked', eventId: 8, at, request, answered: true },
    message: { requestId },
  });
  const bySignal = (request: 'pause' | 'unpause', requestId: string): ProgressEvent => ({
    ...{ kind: 'asked', eventId: 8, at, request, answered: false },
    message: { requestId },
  });
  const answered: ProgressEvent = { kind: 'answered', eventId: 9, at };
  const scheduled = (eventId: number): ProgressEvent => ({ kind: 'activity scheduled', eventId, at });
  const cancelling = (of: number): ProgressEvent => ({
    ...{ kind: 'activity cancelling', eventId: 9, at, scheduled: of },
  });
  const gone = (of: number): ProgressEvent => ({ kind: 'activity gone', eventId: 10, at, scheduled: of });
  const stateAfter = (...events: readonly ProgressEvent[]) =>
    controlOf(
      events.reduce<Standing>((standing, event) => foldProgress(standing, event, 'run-1'), nothingYet),
    ).state;

  it('is a pause until nothing is under way any more, and then it is paused', () => {
    const pausing = [scheduled(5), asked('pause', 'a'), cancelling(5)];

    expect(stateAfter(...pausing)).toBe('pausing');
    expect(stateAfter(...pausing, gone(5), answered)).toBe('paused');
    expect(stateAfter(asked('pause', 'a'))).toBe('paused');
  });

  it('is no pause yet while the run goes from one Activity to the next', () => {
    const between = [scheduled(5), asked('pause', 'a'), gone(5)];

    expect(stateAfter(...between)).toBe('pausing');
    expect(stateAfter(...between, answered, scheduled(11))).toBe('pausing');
  });

  it('is only asked for while no worker has answered', () => {
    expect(stateAfter(bySignal('pause', 'a'))).toBe('pausing');
    expect(stateAfter(bySignal('pause', 'a'), bySignal('unpause', 'b'))).toBe('unpausing');
    expect(stateAfter(bySignal('pause', 'a'), answered)).toBe('paused');
    expect(stateAfter(bySignal('pause', 'a'), bySignal('unpause', 'b'), answered)).toBe('running');
  });

  it('is unpaused as soon as nothing that was stopped is under way', () => {
    const stopped = [scheduled(5), asked('pause', 'a'), cancelling(5), asked('unpause', 'b')];

    expect(stateAfter(scheduled(5), asked('pause', 'a'), asked('unpause', 'b'))).toBe('running');
    expect(stateAfter(...stopped)).toBe('unpausing');
    expect(stateAfter(...stopped, gone(5), answered, scheduled(12))).toBe('running');
  });

  it('counts once where it came by Update and by Signal', () => {
    expect(stateAfter(asked('pause', 'a'), asked('unpause', 'b'), bySignal('pause', 'a'), answered)).toBe(
      'running',
    );
  });

  it('is of no consequence for the execution that comes after', () => {
    expect(stateAfter(asked('pause', 'a'), startedWith({}))).toBe('running');
  });
});
