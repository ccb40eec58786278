import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Rules } from './failing-jobs.js';
import { keptBy, type StartOptions, type StepsStage, stepsStage } from './steps-stage.js';

let stage: StepsStage;

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/failing-jobs.ts');
});

afterAll(async () => {
  await stage?.tearDown();
});

const quick: Rules = { retryInitialMs: 10, resumeWaitMs: 10 };

/** Visits fail with this at the given place, this often; always: without end. */
function failing(
  at: string,
  times: number,
  failure: () => Error = declined,
): NonNullable<StartOptions['visit']> {
  return async (what, before) => {
    if (what === at && before < times) throw failure();
  };
}

const declined = () => ApplicationFailure.create({ type: 'CardDeclined', message: 'the card was declined' });
const always = Number.POSITIVE_INFINITY;

async function runToEnd(workflow: string, options: StartOptions) {
  const run = await stage.start(workflow, options);
  return { ...(await run.end()), visited: run.visited, waits: await run.waits() };
}

describe('an error after progress', () => {
  it('resumes the run with that progress: what was done is not done again', async () => {
    const { result, visited } = await runToEnd('walkTo3', { args: [quick], visit: failing('2', 1) });

    expect(visited).toEqual(['prepare', '1', '2', '2', '3', 'report']);
    expect(result).toMatchObject({
      counts: { processed: 3 },
      executions: 2,
      resumptionCount: 1,
      resumptions: [{ resumedAfter: 1, source: 'history', attempt: 1 }],
    });
  });

  it('waits 5 seconds before, by a timer of the server', async () => {
    const { waits } = await runToEnd('walkTo3', { visit: failing('2', 1) });

    expect(waits).toEqual([5_000]);
  });

  it('may be a child Workflow’s', async () => {
    const { result, visited } = await runToEnd('withChild', {
      args: [quick],
      visit: failing('in a child', 1),
    });

    expect(visited).toEqual(['first', 'in a child', 'in a child']);
    expect(result).toMatchObject({ resumptionCount: 1 });
  });

  it('may be a timeout', async () => {
    const { result, visited } = await runToEnd('timingOut', {
      args: [quick],
      visit: async (what, before) => {
        if (what === 'hasty' && before === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
      },
    });

    expect(visited).toEqual(['first', 'hasty', 'hasty']);
    expect(result).toMatchObject({ resumptionCount: 1 });
  });
});

describe('an error without progress', () => {
  it('is tried again, the fifth same one at the same cursor fails the run', async () => {
    const { failure, visited } = await runToEnd('walkTo3', { args: [quick], visit: failing('2', always) });

    expect(visited).toEqual(['prepare', '1', '2', '2', '2', '2', '2']);
    expect(failure).toMatchObject({
      type: 'SameErrorAtSameCursor',
      nonRetryable: true,
      message: "The same error came 5 times in step 'walk' at cursor 1: the card was declined",
      cause: { cause: { type: 'CardDeclined' } },
    });
  });

  it('waits ever longer: 3, 6 and 12 seconds', async () => {
    const { waits } = await runToEnd('walkTo3', { visit: failing('prepare', 3) });

    expect(waits).toEqual([3_000, 6_000, 12_000]);
  });

  it('keeps its cursor when it fails the run, and a retry goes on there', async () => {
    const { failure } = await runToEnd('walkTo3', { args: [quick], visit: failing('2', always) });

    const { result, visited } = await runToEnd('walkTo3', {
      args: [quick, keptBy(failure)],
      visit: failing('2', 4),
    });

    expect(visited).toEqual(['2', '2', '2', '2', '2', '3', 'report']);
    expect(result).toMatchObject({ counts: { processed: 3 }, result: 'report' });
  });

  it('whose message is another each time fails the run as well', async () => {
    const another = () => ApplicationFailure.create({ message: `request ${randomUUID()} failed` });

    const { failure, visited } = await runToEnd('walkTo3', {
      args: [{ ...quick, maximumErrorsInARow: 7 }],
      visit: failing('prepare', always, another),
    });

    expect(visited).toHaveLength(7);
    expect(failure).toMatchObject({
      type: 'NoProgressError',
      message: expect.stringContaining("7 errors came in a row in step 'prepare' before its first cursor"),
    });
  });

  it('is one that comes after a mere checkpoint', async () => {
    const { waits } = await runToEnd('checkpointsOnly', {
      args: [{ retryInitialMs: 10, resumeWaitMs: 99 }],
      visit: failing('after the checkpoint', 1),
    });

    expect(waits).toEqual([10]);
  });

  it('is any error where resumeErrorsAfterAdvancing is off; its progress is kept all the same', async () => {
    const { visited, waits } = await runToEnd('walkTo3', {
      args: [{ retryInitialMs: 10, resumeWaitMs: 99, resumeErrorsAfterAdvancing: false }],
      visit: failing('2', 1),
    });

    expect(waits).toEqual([10]);
    expect(visited).toEqual(['prepare', '1', '2', '2', '3', 'report']);
  });
});

describe('an error that says not to be retried', () => {
  const gone = (type: string) => () => ApplicationFailure.nonRetryable('the shop was closed', type);

  it('fails the run at once, under its own type and message, and keeps the cursor', async () => {
    const { failure, visited } = await runToEnd('walkTo3', {
      visit: failing('2', always, gone('ShopClosed')),
    });

    expect(visited).toEqual(['prepare', '1', '2']);
    expect(failure).toMatchObject({ type: 'ShopClosed', message: 'the shop was closed', nonRetryable: true });
    expect(keptBy(failure)).toMatchObject({
      completed: [{ name: 'prepare', result: 'prepare' }],
      current: { name: 'walk', cursor: 1 },
      counts: { processed: 1 },
    });
  });

  it('starts the run over where restartOn chose it: nothing that was done counts', async () => {
    const { result, visited } = await runToEnd('walkSnapshotTo3', {
      args: [quick],
      visit: failing('3', 1, gone('SnapshotGone')),
    });

    expect(visited).toEqual(['prepare', '1', '2', '3', 'prepare', '1', '2', '3', 'report']);
    expect(result).toMatchObject({ counts: { processed: 3 }, executions: 2, resumptionCount: 1 });
  });

  it('starts the run over so often and no more', async () => {
    const { failure, visited } = await runToEnd('walkSnapshotTo3', {
      args: [{ ...quick, maximumRestarts: 2 }],
      visit: failing('prepare', always, gone('SnapshotGone')),
    });

    expect(visited).toHaveLength(3);
    expect(failure).toMatchObject({ type: 'RestartLimitError', cause: { cause: { type: 'SnapshotGone' } } });
  });
});

describe('maxResumptions', () => {
  it('fails the run at the error after that many, and keeps the cursor', async () => {
    const { failure, visited } = await runToEnd('walkTo3', {
      args: [{ ...quick, maxResumptions: 2 }],
      visit: async (what, before) => {
        if (what !== 'prepare' && before === 0) throw declined();
      },
    });

    expect(visited).toEqual(['prepare', '1', '1', '2', '2', '3']);
    expect(failure).toMatchObject({
      type: 'ResumeLimitError',
      nonRetryable: true,
      message: expect.stringContaining('resumed 2 times'),
      cause: { cause: { type: 'CardDeclined' } },
    });
    expect(keptBy(failure)).toMatchObject({ current: { cursor: 2 } });
  });
});

describe('an error that the job catches', () => {
  it('can’t pass a step over: the run fails and names it, with its cursor kept', async () => {
    const { failure, visited } = await runToEnd('passingOver', {
      args: [quick],
      visit: failing('fails', always),
    });

    expect(visited).toEqual(['fails']);
    expect(failure).toMatchObject({
      type: 'InvalidStepError',
      message: expect.stringContaining("step 'report' was called after step 'walk' failed"),
    });
    expect(keptBy(failure)).toMatchObject({ current: { name: 'walk', cursor: 1 } });
  });

  it('lets the same step be called again, which goes on at its cursor in the same execution', async () => {
    const { result, visited } = await runToEnd('tryingAgain', { args: [quick], visit: failing('2', 1) });

    expect(visited).toEqual(['1', '2', '2', '3']);
    expect(result).toMatchObject({ executions: 1, resumptionCount: 0 });
  });

  it('and is the library’s own stands: the run fails with it', async () => {
    const { failure } = await runToEnd('swallowingRefusal', {});

    expect(failure).toMatchObject({
      type: 'UnadvanceableCursorError',
      message: expect.stringContaining('a cursor that is a string'),
    });
  });
});

describe('a bug in the job’s own code', () => {
  it('holds the run where it is until the code is mended, and loses no cursor', async () => {
    const { result, visited } = await runToEnd('mendedAt', { args: [Date.now() + 1_500] });

    expect(visited).toEqual(['1', '2']);
    expect(result).toMatchObject({ result: 'mended', executions: 1, resumptionCount: 0 });
  });
});

describe('a cancelled run', () => {
  it('ends as cancelled after its clean-up, and resumes nothing', async () => {
    const run = await stage.start('cleaningUp', { args: ['succeeds'] });
    await vi.waitFor(async () => expect(await run.handle.query('progress')).toMatchObject({ cursor: 1 }));

    await run.handle.cancel();

    expect(await run.end()).toMatchObject({ failure: { name: 'CancelledFailure' } });
    expect(run.visited).toEqual(['clean-up succeeds']);
  });

  it('whose clean-up fails is not resumed either: it fails, with its cursor kept', async () => {
    const run = await stage.start('cleaningUp', {
      args: ['fails'],
      visit: failing('clean-up fails', always),
    });
    await vi.waitFor(async () => expect(await run.handle.query('progress')).toMatchObject({ cursor: 1 }));

    await run.handle.cancel();

    const { failure } = await run.end();
    expect(failure).toMatchObject({ type: 'CardDeclined' });
    expect(keptBy(failure)).toMatchObject({ current: { name: 'walk', cursor: 1 } });
    expect(run.visited).toEqual(['clean-up fails']);
  });
});

// Last: this server skips no time any more once a run waits on a task queue without a worker.
describe('resumeTaskQueue', () => {
  it('names where the run goes on after an error', async () => {
    const resumeTaskQueue = `another-${randomUUID()}`;
    const { handle } = await stage.start('walkTo3', {
      args: [{ ...quick, resumeTaskQueue }],
      visit: failing('2', 1),
    });

    await vi.waitFor(
      async () => expect(await handle.describe()).toMatchObject({ taskQueue: resumeTaskQueue }),
      10_000,
    );

    await handle.terminate();
  });
});
