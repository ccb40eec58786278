import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keptBy, type StepsStage, stepsStage } from './steps-stage.js';

let stage: StepsStage;

const warnings: string[] = [];

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/ending-jobs.ts', {
    logger: new DefaultLogger('WARN', ({ message }) => warnings.push(message)),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
});

afterAll(async () => {
  await stage?.tearDown();
});

const declined = () => ApplicationFailure.create({ type: 'CardDeclined', message: 'the card was declined' });

const slow = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('an execution that goes on without progress', () => {
  it('continues as new at its history’s limit, and not at every checkpoint', async () => {
    const run = await stage.start('throttled', { args: [40] });

    const { result } = await run.end();

    const { events } = await run.handle.fetchHistory();
    expect(events?.length).toBeLessThan(150);
    expect(result).toMatchObject({ executions: expect.toSatisfy((n) => n > 1 && n < 8), checkpoints: 1 });
    expect(run.visited).toHaveLength(41);
  });
});

describe('continue-as-new', () => {
  it('takes the run’s memo along', async () => {
    const run = await stage.start('memoGoingOn', { memo: { ticket: 'OPS-61' } });

    expect(await run.end()).toMatchObject({ result: ['ticket'] });
  });
});

describe('the reason for another execution', () => {
  it.each([
    ['time', 'time limit'],
    ['error after progress', 'error after progress'],
    ['error', 'retry after an error'],
  ])('is carried along to it: %s', async (end, reason) => {
    const visit = async () => {
      throw declined();
    };

    const run = await stage.start('reasonGoingOn', { args: [end], visit });

    expect(await run.end()).toMatchObject({ result: reason });
  });
});

describe('an error that the job catches', () => {
  it('ends the run where the same step met it too often at the same cursor', async () => {
    const run = await stage.start('neverGivingUp', {
      visit: async () => {
        throw declined();
      },
    });

    const { failure } = await run.end();

    expect(run.visited).toHaveLength(5);
    expect(failure).toMatchObject({
      type: 'SameErrorAtSameCursor',
      message: expect.stringContaining("came 5 times in step 'ask'"),
    });
    expect(keptBy(failure)).toMatchObject({ current: { name: 'ask' } });
  });
});

describe('what the library fails a run for', () => {
  it('ends the run although its body swallows it and waits, after its clean-up by Activities', async () => {
    const run = await stage.start('swallowingAndWaiting', {});
    await vi.waitFor(
      async () => expect(await run.handle.describe()).toMatchObject({ status: { name: 'FAILED' } }),
      5_000,
    );

    expect(await run.end()).toMatchObject({ failure: { type: 'UnadvanceableCursorError' } });
    expect(run.visited).toEqual(['clean up', 'clean up more']);
  });
});

/** What visits do of a run that fails while another one takes its time, and those that came to their end. */
function failingBesideASlowOne() {
  const ended: string[] = [];
  const visit = async (what: string) => {
    if (what === 'fails') throw ApplicationFailure.nonRetryable('no', 'CardDeclined');
    await slow(700);
    ended.push(what);
  };
  return { ended, visit };
}

describe('a run that fails', () => {
  it('waits for what is under way: a retry does not meet it', async () => {
    const { ended, visit } = failingBesideASlowOne();
    const run = await stage.start('failingBeside', {
      visit,
    });

    const { failure } = await run.end();

    expect(failure).toMatchObject({ type: 'CardDeclined' });
    expect(ended).toEqual(['slow']);
  });

  it('waits for work alongside that may never end for a minute, and says what it left; for an Activity to its end', async () => {
    const { ended, visit } = failingBesideASlowOne();
    const run = await stage.start('failingWithWorkAlongside', {
      workflowTaskTimeout: '10 seconds',
      visit,
    });

    const { failure } = await run.end();

    expect(failure).toMatchObject({ type: 'CardDeclined' });
    expect(ended).toEqual(['slow']);
    expect(await run.waits()).toEqual([60_000]);
    expect(warnings.filter((message) => message.includes('left behind'))).toEqual([
      expect.stringContaining('work that the job had alongside: 1'),
    ]);
  });

  it('waits no minute for each time that work alongside looks whether it may end', async () => {
    const run = await stage.start('failingWithAsking', {
      visit: async (what) => {
        if (what === 'fails') throw ApplicationFailure.nonRetryable('no', 'CardDeclined');
      },
    });

    const { failure } = await run.end();

    expect(failure).toMatchObject({ type: 'CardDeclined' });
    expect(run.visited.filter((what) => what === 'asks').length).toBeLessThanOrEqual(4);
  });

  it('by an error that is configured to fail it keeps its progress as well', async () => {
    const { failure } = await (await stage.start('mistaken', {})).end();

    expect(failure).toMatchObject({ type: 'TypeError', message: 'a bug in Workflow code' });
    expect(keptBy(failure)).toMatchObject({ current: { name: 'walk', cursor: 1 } });
  });

  it('does so at once where its second argument is none of its own, and names what came', async () => {
    const iteration = { type: 'leftoff.carried-iteration', version: 1 };

    const { failure } = await (await stage.start('countTo2', { args: [null, iteration] })).end();

    expect(failure).toMatchObject({
      type: 'InvalidCarriedError',
      nonRetryable: true,
      message: expect.stringContaining("'leftoff.carried-iteration' of version 1"),
    });
  });
});

describe('a second argument of null', () => {
  it('is nothing', async () => {
    const { result } = await (await stage.start('countTo2', { args: [null, null] })).end();

    expect(result).toMatchObject({ executions: 1, cursor: 2 });
  });
});

describe('a cancelled run', () => {
  it('cleans up in a step of its own, and ends as cancelled', async () => {
    const run = await stage.start('undoing', {});
    await vi.waitFor(() => expect(run.visited).toContain('waiting'), 5_000);

    await run.handle.cancel();

    expect(await run.end()).toMatchObject({ failure: { name: 'CancelledFailure' } });
    expect(run.visited).toEqual(['waiting', 'undo']);
  });
});

describe('a message handler that waits for the job', () => {
  it('is left behind after a while: the run does not stand at its checkpoint for ever', async () => {
    let signalled: () => void = () => undefined;
    const signal = new Promise<void>((resolve) => {
      signalled = resolve;
    });
    const run = await stage.start('awaitedByHandler', { visit: () => signal });
    await run.handle.signal('go');
    signalled();

    const { result } = await run.end();

    expect(run.visited).toEqual(['1', '2', '3']);
    expect(result).toMatchObject({ executions: 4 });
    expect(await run.waits()).toContain(60_000);
  });
});

describe('a step in progress', () => {
  it('that a deployment leaves out fails the run by its name, and its cursor is kept', async () => {
    const { failure } = await (await stage.start('leavingOut', {})).end();

    expect(failure).toMatchObject({
      type: 'InvalidStepError',
      message: expect.stringContaining("step 'walk' was begun before and was not called on resume"),
    });
    expect(keptBy(failure)).toMatchObject({ completed: [], current: { name: 'walk', cursor: 1 } });
  });
});

// Last: this server skips no time any more once an Activity was cancelled that went on.
describe('what was cancelled without the run', () => {
  it('is an error as any other: a scope’s timeout resumes the run', async () => {
    const run = await stage.start('hurrying', {
      visit: async (what, before) => {
        if (what === 'slow' && before === 0) await slow(1_500);
      },
    });

    const { result } = await run.end();

    expect(run.visited).toEqual(['first', 'slow', 'slow']);
    expect(result).toMatchObject({ resumptionCount: 1 });
  });
});
