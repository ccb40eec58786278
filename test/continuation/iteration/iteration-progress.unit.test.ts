import { describe, expect, it } from 'vitest';
import {
  type Counts,
  maximumResumptionsKept,
  maximumSkipsKept,
  type Resumption,
} from '../../../src/continuation/checkpoint.js';
import { type Cursor, InvalidCursorError } from '../../../src/continuation/cursor.js';
import { startUnderFence } from '../../../src/continuation/iteration/fenced-start.js';
import { IterationProgress } from '../../../src/continuation/iteration/iteration-progress.js';
import { chooseStartingPoint } from '../../../src/continuation/iteration/starting-point.js';
import { aCheckpoint, throughJson } from '../some-checkpoints.js';

const processedOne: Counts = { processed: 1, failed: 0, revisited: 0 };
const revisitedOne: Counts = { processed: 1, failed: 0, revisited: 1 };

const firstStart = () => new IterationProgress<number>({ checkpoint: null, source: 'start' }, 1);

/** Does what a loop does after an item: first what follows, then, once that is kept, taking it over. */
function advance<C extends Cursor>(progress: IterationProgress<C>, cursor: C, counts: Counts): void {
  const end = { counts, skipped: null };
  progress.adopt(cursor, end, progress.after(cursor, end), 'not stored');
}

/** Counts an error, and tells how often it came. */
function fail(progress: IterationProgress<number>, message: string): number | undefined {
  progress.fail(message);
  return progress.error?.times;
}

/** A progress that resumes after item 23. */
function resumedAfter23(resumptions: readonly Resumption[] = []) {
  const counts = { processed: 22, failed: 1, revisited: 0 };
  const checkpoint = aCheckpoint({
    cursor: 23,
    sequence: 23,
    counts,
    resumptions,
    resumptionCount: resumptions.length,
  });
  return new IterationProgress<number>({ checkpoint, source: 'heartbeat' }, 2);
}

describe('where an iteration starts', () => {
  const older = aCheckpoint({ cursor: 10, sequence: 10 });
  const newer = aCheckpoint({ cursor: 23, sequence: 23 });

  it('is the beginning where there is no checkpoint', () => {
    expect(chooseStartingPoint(null, null)).toEqual({ checkpoint: null, source: 'start' });
  });

  it('is the Workflow’s checkpoint where no heartbeat left one', () => {
    expect(chooseStartingPoint(older, null)).toEqual({ checkpoint: older, source: 'history' });
  });

  it('is the heartbeat’s checkpoint where the Workflow has none', () => {
    expect(chooseStartingPoint(null, older)).toEqual({ checkpoint: older, source: 'heartbeat' });
  });

  it('is the heartbeat’s where that is newer by sequence', () => {
    expect(chooseStartingPoint(older, newer)).toEqual({ checkpoint: newer, source: 'heartbeat' });
  });

  it('is the Workflow’s where that is newer by sequence', () => {
    expect(chooseStartingPoint(newer, older)).toEqual({ checkpoint: newer, source: 'history' });
  });

  it('is the store’s where that is newer by sequence than both others, and names the store', () => {
    const newest = aCheckpoint({ cursor: 40, sequence: 40 });

    expect(chooseStartingPoint(older, newer, { checkpoint: newest, name: 'postgres' })).toEqual({
      checkpoint: newest,
      source: 'postgres',
    });
  });

  it('is the heartbeat’s where a store’s is older: the store was away', () => {
    expect(chooseStartingPoint(null, newer, { checkpoint: older, name: 'redis' }).source).toBe('heartbeat');
  });

  it('is that of a run which had begun further, of two without an item: nothing is selected or started again', () => {
    const sent = aCheckpoint({ error: { message: 'refused', times: 1 } });
    const stored = aCheckpoint({ selected: true, selection: { upTo: 9 }, started: true });

    const start = chooseStartingPoint(null, sent, { checkpoint: stored, name: 'redis' });

    expect(start).toEqual({ checkpoint: stored, source: 'redis' });
    expect(
      startUnderFence({ checkpoint: sent, source: 'heartbeat' }, { checkpoint: stored, name: 'fence' }),
    ).toEqual({ checkpoint: stored, source: 'fence', behind: 0 });
  });

  it('is the heartbeat’s of two equally new: it also knows the errors since', () => {
    const withError = { ...newer, error: { message: 'refused', times: 2 } };

    expect(chooseStartingPoint(newer, withError).checkpoint).toBe(withError);
  });
});

describe('an iteration’s progress', () => {
  it('begins with nothing done', () => {
    expect(firstStart().checkpoint('read')).toEqual(aCheckpoint({}));
  });

  it('raises the sequence and adds the counts with each item, also at a cursor of 0', () => {
    const progress = firstStart();

    advance(progress, 0, processedOne);

    expect(progress.checkpoint('read')).toMatchObject({ cursor: 0, sequence: 1, counts: processedOne });
  });

  it('goes on from its checkpoint’s cursor, sequence, selection and counts', () => {
    const from = aCheckpoint({
      cursor: 23,
      sequence: 23,
      counts: processedOne,
      selection: { upTo: 61 },
      total: 61,
    });
    const progress = new IterationProgress<number>({ checkpoint: throughJson(from), source: 'history' }, 1);

    advance(progress, 24, processedOne);

    const counts = { processed: 2, failed: 0, revisited: 0 };
    expect(progress.checkpoint('read')).toMatchObject({
      cursor: 24,
      sequence: 24,
      counts,
      selection: { upTo: 61 },
      total: 61,
    });
  });

  it('knows its first start from a resumption', () => {
    expect(firstStart().checkpoint('read').resumptionCount).toBe(0);
    expect(resumedAfter23().checkpoint('read').resumptionCount).toBe(1);
  });

  it('counts a second attempt without a checkpoint as a resumption from the start', () => {
    const progress = new IterationProgress<number>({ checkpoint: null, source: 'start' }, 2);

    expect(progress.checkpoint('read').resumptions).toEqual([
      { resumedAfter: null, source: 'start', attempt: 2, revisited: 0 },
    ]);
  });

  it('counts what a resumption met again, in the run’s counts and in the resumption', () => {
    const progress = resumedAfter23();

    advance(progress, 24, revisitedOne);
    advance(progress, 25, revisitedOne);
    advance(progress, 26, processedOne);

    const { counts, resumptions } = progress.checkpoint('read');
    expect(counts).toEqual({ processed: 25, failed: 1, revisited: 2 });
    expect(resumptions).toEqual([{ resumedAfter: 23, source: 'heartbeat', attempt: 2, revisited: 2 }]);
  });

  it('keeps the newest 50 resumptions, its own among them', () => {
    const earlier: Resumption = { resumedAfter: 1, source: 'history', attempt: 1, revisited: 0 };

    const { resumptions, resumptionCount } = resumedAfter23(
      Array(maximumResumptionsKept).fill(earlier),
    ).checkpoint('read');

    expect(resumptions).toHaveLength(50);
    expect(resumptions.at(-1)).toMatchObject({ resumedAfter: 23 });
    expect(resumptionCount).toBe(51);
  });

  it('counts the same error at the same cursor up', () => {
    const progress = firstStart();

    expect([fail(progress, 'refused'), fail(progress, 'refused')]).toEqual([1, 2]);
  });

  it('counts the same error on from the checkpoint that an earlier attempt left', () => {
    const checkpoint = aCheckpoint({ cursor: 23, sequence: 23, error: { message: 'refused', times: 3 } });
    const progress = new IterationProgress<number>({ checkpoint, source: 'heartbeat' }, 4);

    expect(fail(progress, 'refused')).toBe(4);
  });

  it('counts another error from 1', () => {
    const progress = firstStart();
    fail(progress, 'refused');

    expect(fail(progress, 'out of range')).toBe(1);
  });

  it('forgets the error once it has advanced', () => {
    const progress = firstStart();
    fail(progress, 'refused');

    advance(progress, 1, processedOne);

    expect(progress.checkpoint('read').error).toBeNull();
    expect(fail(progress, 'refused')).toBe(1);
  });

  it('refuses a cursor that JSON can’t carry as soon as the item that has it is done', () => {
    const progress = new IterationProgress<number>({ checkpoint: null, source: 'start' }, 1);

    expect(() => advance(progress, Number.NaN, processedOne)).toThrow(InvalidCursorError);
    expect(progress.checkpoint('read')).toMatchObject({ cursor: null, sequence: 0 });
  });

  it('knows what follows an item before it takes that over: a store commits in between', () => {
    const progress = firstStart();

    const next = progress.after(1, { counts: processedOne, skipped: null });

    expect(next).toMatchObject({ cursor: 1, sequence: 1, counts: processedOne, checkpoints: 1 });
    expect(progress.checkpoint('read')).toMatchObject({ cursor: null, sequence: 0, checkpoints: 0 });
  });

  it('counts a checkpoint that its store keeps already, and not again when a heartbeat sends it too', () => {
    const progress = firstStart();
    const end = { counts: processedOne, skipped: null };

    progress.adopt(1, end, progress.after(1, end), 'stored');
    progress.checkpoint('handed over');

    expect(progress.checkpoint('read').checkpoints).toBe(1);
    expect(progress.handedOver).toBe(1);
  });

  it('keeps the newest 20 items that were passed over, each with its reason', () => {
    const progress = firstStart();
    for (let item = 1; item <= 21; item += 1) {
      const end = { counts: { processed: 0, failed: 1, revisited: 0 }, skipped: `reason ${item}` };
      progress.adopt(item, end, progress.after(item, end), 'not stored');
    }

    const { skipped, counts } = progress.checkpoint('read');

    expect(skipped).toHaveLength(maximumSkipsKept);
    expect(skipped.at(-1)).toEqual({ cursor: 21, reason: 'reason 21' });
    expect(counts.failed).toBe(21);
  });

  it('counts errors of any text in a row, and the same one by itself', () => {
    const progress = firstStart();

    for (const message of ['one', 'two', 'two']) progress.fail(message);

    expect(progress.error).toEqual({ message: 'two', times: 2, inARow: 3 });
  });

  it('adds the time of each attempt to that of the attempts before', () => {
    const from = aCheckpoint({ cursor: 23, sequence: 23, workedMs: 1_000 });
    const progress = new IterationProgress<number>({ checkpoint: from, source: 'history' }, 1, () => 500);

    expect(progress.checkpoint('read').workedMs).toBe(1_500);
  });

  it('counts its interruptions over all attempts', () => {
    const from = aCheckpoint({ cursor: 23, sequence: 23, timesInterrupted: 2 });
    const progress = new IterationProgress<number>({ checkpoint: from, source: 'history' }, 1);

    progress.interrupted();

    expect(progress.checkpoint('read').timesInterrupted).toBe(3);
  });

  it('that goes on after a wait of its own resumes nothing', () => {
    const from = aCheckpoint({ cursor: 23, sequence: 23 });
    const progress = new IterationProgress<number>({ checkpoint: from, source: 'history' }, 'after a wait');

    expect(progress.checkpoint('read').resumptionCount).toBe(0);
  });

  it('hands its cursor out as a copy: a change in place changes nothing', () => {
    const cursor = [1997, 18];
    const progress = new IterationProgress<number[]>({ checkpoint: null, source: 'start' }, 1);
    advance(progress, cursor, processedOne);

    cursor.push(0);

    expect(progress.cursor).toEqual([1997, 18]);
  });

  it('copies the cursor: a later change in place changes nothing', () => {
    const cursor = [1997, 18];
    const progress = new IterationProgress<number[]>({ checkpoint: null, source: 'start' }, 1);

    advance(progress, cursor, processedOne);
    cursor.push(0);

    expect(progress.checkpoint('read').cursor).toEqual([1997, 18]);
  });
});

describe('the number of checkpoints', () => {
  it('counts what is handed to a store, not what is only read', () => {
    const progress = firstStart();
    advance(progress, 1, processedOne);

    progress.checkpoint('read');
    progress.checkpoint('handed over');

    expect(progress.checkpoint('read').checkpoints).toBe(1);
  });

  it('counts a checkpoint once, however often a timer sends it again', () => {
    const progress = firstStart();
    advance(progress, 1, processedOne);

    progress.checkpoint('handed over');
    progress.checkpoint('handed over');

    expect(progress.checkpoint('read').checkpoints).toBe(1);
  });

  it('does not count a heartbeat before anything is done', () => {
    const progress = firstStart();

    progress.checkpoint('handed over');

    expect(progress.checkpoint('read').checkpoints).toBe(0);
  });
});
