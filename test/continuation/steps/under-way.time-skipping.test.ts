import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UnderWay } from './jobs-under-way.js';
import { type StepsStage, stepsStage } from './steps-stage.js';

let stage: StepsStage;

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/jobs-under-way.ts');
});

afterAll(async () => {
  await stage?.tearDown();
});

/** Longer than a Workflow Task takes: what doesn't wait for it has gone on long before. */
const slowMs = 400;

/** Visits named slow take their time; notes when they have ended. */
function slowly(ended: string[]) {
  return async (what: string) => {
    if (!what.startsWith('slow')) {
      ended.push(what);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, slowMs));
    ended.push(what);
    if (what.endsWith('fails')) throw ApplicationFailure.create({ message: 'of what was under way' });
  };
}

describe('continue-as-new waits for', () => {
  it.each<[UnderWay, string]>([
    ['an Activity', 'slow'],
    ['a local Activity', 'slow'],
    ['a child Workflow alongside', 'slow'],
  ])('%s that is under way', async (what, visit) => {
    const ended: string[] = [];
    const run = await stage.start('withUnderWay', { args: [what], visit: slowly(ended) });

    const { result } = await run.end();

    expect(ended).toEqual([visit, 'next execution']);
    expect(result).toMatchObject({ executions: 2 });
  });

  it('work alongside that fails, whose error nobody comes to await: it does no harm', async () => {
    const ended: string[] = [];
    const run = await stage.start('withUnderWay', {
      args: ['a failing Activity alongside'],
      visit: slowly(ended),
    });

    const { result } = await run.end();

    expect(ended).toEqual(['slow, and fails', 'next execution']);
    expect(result).toMatchObject({ executions: 2, resumptionCount: 0 });
  });

  it('what a branch goes on to schedule, up to that branch’s own checkpoint; its cursor counts', async () => {
    const ended: string[] = [];
    const run = await stage.start('branches', { visit: slowly(ended) });

    await run.end();

    expect(ended).toEqual(['slow', 'slow, second', 'next execution after 2']);
  });

  it('the Activities of other branches also where an error resumes the run', async () => {
    const ended: string[] = [];
    const slow = slowly(ended);
    const run = await stage.start('failingBranch', {
      visit: async (what, before) => {
        if (what === 'fails' && before === 0) throw ApplicationFailure.create({ message: 'once' });
        await slow(what);
      },
    });

    await run.end();

    expect(ended.slice(0, 2)).toEqual(['first', 'slow']);
    expect(run.visited.filter((what) => what === 'slow')).toHaveLength(2);
  });

  it.each<[UnderWay]>([['a timer'], ['a child Workflow']])(
    '%s no longer than for the checkpoint',
    async (what) => {
      const ended: string[] = [];
      const run = await stage.start('withUnderWay', { args: [what], visit: slowly(ended) });

      const { result } = await run.end();

      expect(ended[0]).toBe('next execution');
      expect(result).toMatchObject({ executions: 2 });
    },
  );
});

describe('a run that is cancelled while it waits to continue as new', () => {
  it('ends as cancelled: the next execution would not know of it', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const run = await stage.start('withUnderWay', {
      args: ['an Activity alongside'],
      visit: async (what) => {
        if (what === 'slow') await released;
      },
    });
    await vi.waitFor(() => expect(run.visited).toEqual(['slow']));

    await run.handle.cancel();

    expect(await run.end()).toMatchObject({ failure: { name: 'CancelledFailure' } });
    expect(run.visited).toEqual(['slow']);
    release();
  });
});
