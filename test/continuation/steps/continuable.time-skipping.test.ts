import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/continuation/checkpoint.js';
import { interrupting } from '../../../src/continuation/steps/continuation.js';
import { type TimeSkipping, taskQueue, timeSkipping } from '../../workflows/time-skipping.js';
import type { CompositeCursor, JobActivities, Swallowing } from './jobs-under-test.js';

let server: TimeSkipping;
/** What the jobs noted, by run. */
const notes = new Map<string, string[]>();
/** The plans still to come, by run: one an execution. */
const plans = new Map<string, (readonly string[])[]>();

beforeAll(async () => {
  server = await timeSkipping('../continuation/steps/jobs-under-test.ts');
  const { Context } = await import('@temporalio/activity');
  const runId = () => Context.current().info.workflowExecution?.workflowId ?? '';
  const activities: JobActivities = {
    planSteps: async () => plans.get(runId())?.shift() ?? [],
    note: async (text) => {
      notes.get(runId())?.push(text);
      return text;
    },
  };
  await server.startWorker(activities);
});

afterAll(async () => {
  await server?.tearDown();
});

type End =
  | { readonly result: RunResult; readonly failure: null }
  | { readonly result: null; readonly failure: unknown };

/** Runs a job to its end. `deployments` are the steps that the code of each execution has. */
async function run(
  workflow: string,
  { args = [], deployments = [] }: { args?: unknown[]; deployments?: (readonly string[])[] } = {},
) {
  const workflowId = randomUUID();
  const noted: string[] = [];
  notes.set(workflowId, noted);
  plans.set(workflowId, [...deployments]);
  const end: End = await server.environment.client.workflow
    .execute(workflow, { taskQueue, workflowId, args })
    .then(
      (result: RunResult) => ({ result, failure: null }),
      (error: unknown) => ({
        result: null,
        failure: error instanceof WorkflowFailedError ? error.cause : error,
      }),
    );
  return { ...end, noted };
}

const invalidStep = (problem: string) => ({
  type: 'InvalidStepError',
  nonRetryable: true,
  message: expect.stringContaining(problem),
});

describe('a job in steps', () => {
  it('runs each step once, however often it continues as new', async () => {
    const steps = ['count', 'process', 'report'];

    const { noted, result } = await run('plannedSteps', { deployments: [steps, steps, steps] });

    expect(noted).toEqual(steps);
    expect(result).toMatchObject({ executions: 3 });
  });

  it('gets a completed step’s result back in later executions', async () => {
    const { result } = await run('returningSteps');

    expect(result).toMatchObject({ result: 7, executions: 2 });
  });

  it('makes no checkpoint after its last step: a run that is done does not start again', async () => {
    const { result } = await run('plannedSteps', { deployments: [['only']] });

    expect(result).toMatchObject({ executions: 1 });
  });

  it('does not continue as new for checkpoints without progress: that could loop for ever', async () => {
    const { result } = await run('restless');

    expect(result).toMatchObject({ executions: 1 });
  });

  it('carries a composite cursor exactly from execution to execution', async () => {
    const cursors: CompositeCursor[] = [
      { orderedOn: '1997-01-18T09:00:00.000001Z', ids: [] },
      { orderedOn: '9007199254740993', ids: [0, -1] },
    ];

    const { noted, result } = await run('compositeCursors', { args: [cursors] });

    expect(noted).toEqual(['started after null', `resumed after ${JSON.stringify(cursors[0])}`]);
    expect(result).toMatchObject({ cursor: cursors[1], checkpoints: 2 });
  });

  it('carries a bigint and a Date exactly, as cursor and as result', async () => {
    const { noted, result } = await run('exactCursors');

    expect(noted).toEqual([
      '9007199254740992 1970-01-01T00:00:00.000Z',
      '9007199254740993 1970-01-01T00:00:00.001Z',
      '9007199254740993 1970-01-01T00:00:00.001Z',
    ]);
    expect(result).toMatchObject({ cursor: { id: { $bigint: '9007199254740993' } }, executions: 3 });
  });

  it('gives an isolated step an execution of its own', async () => {
    const { noted, result } = await run('isolatedExport');

    const executions = new Set(noted.map((text) => text.split(' ')[1]));
    expect(noted.map((text) => text.split(' ')[0])).toEqual(['count', 'export', 'report']);
    expect(executions.size).toBe(3);
    expect(result).toMatchObject({ executions: 3, resumptionCount: 0 });
  });

  it('continues as new when its execution has lasted as long as it may', async () => {
    const { result } = await run('timeLimited');

    expect(result).toMatchObject({ executions: 2, cursor: 3 });
  });

  it('waits before the next batch as long as a throttled one says, and hands each its generation', async () => {
    const { noted, result } = await run('throttledBatches');

    expect(noted).toEqual([
      'batch 1 after null of true',
      'batch 2 after 10 of true',
      'batch 3 after 20 of true',
    ]);
    expect(result).toMatchObject({ counts: { processed: 30 }, total: 30, executions: 3, checkpoints: 3 });
  });

  it('lets its message handlers end before it continues as new', async () => {
    const workflowId = randomUUID();
    const noted: string[] = [];
    notes.set(workflowId, noted);
    const run = await server.environment.client.workflow.signalWithStart('slowHandler', {
      taskQueue,
      workflowId,
      signal: 'slow',
    });

    await run.result();

    expect(noted).toEqual(['1', 'handler ended', '2']);
  });
});

describe('an interruption of a job in steps', () => {
  it.each<Swallowing>([
    'try and catch',
    'finally',
    'Promise.all',
    'Promise.race',
    'Promise.allSettled',
    'for await',
    'a cancelled scope',
    'a scope that can’t be cancelled',
    'a later throw',
    'a nested async function',
  ])('can’t be swallowed by %s: each number is met once and nothing else runs', async (way) => {
    const { noted, result } = await run('swallowing', { args: [way] });

    expect(noted).toEqual(['1', '2', '3']);
    expect(result).toMatchObject({ cursor: 3, executions: 4 });
  });
});

describe('a checkpoint that is not awaited', () => {
  it('interrupts all the same, when the Activities under way have ended: each number is met once', async () => {
    const { noted, result } = await run('notAwaiting', { args: [{ last: 3, checkpoints: 1 }] });

    expect(noted).toEqual(['1', '2', '3']);
    expect(result).toMatchObject({ cursor: 3, executions: expect.toSatisfy((executions) => executions > 1) });
  });

  it('fails the run where the job would go on for ever', async () => {
    const { noted, failure } = await run('notAwaiting', { args: [{ last: 1_000, checkpoints: 300 }] });

    expect(failure).toMatchObject(invalidStep('Await set, advance, checkpoint, record and batches.'));
    expect(noted.length).toBeLessThan(10);
  });
});

describe('an interruption that a test planned', () => {
  it('comes during a step at its cursor and after a step, each once', async () => {
    const plan = interrupting(
      { kind: 'during', step: 'count to 3', at: 2 },
      { kind: 'after', step: 'count to 3' },
    );

    const { noted, result } = await run('countTo3', { args: [null, plan] });

    expect(noted).toEqual(['1', '2', '3', 'report']);
    expect(result).toMatchObject({ executions: 3 });
  });

  it('that the run never comes to fails it, so that no test passes for nothing', async () => {
    const plan = interrupting({ kind: 'after', step: 'report' });

    const { failure } = await run('countTo3', { args: [null, plan] });

    expect(failure).toMatchObject({
      type: 'PlannedInterruptionNotMet',
      message: expect.stringContaining("after step 'report'"),
    });
  });
});

describe('a deployment that changed a run’s steps fails the run by name', () => {
  it('where a step was reordered', async () => {
    const { failure, noted } = await run('plannedSteps', {
      deployments: [
        ['count', 'process', 'report'],
        ['process', 'count', 'report'],
      ],
    });

    expect(failure).toMatchObject(invalidStep("step 'process' was called where step 'count' was expected"));
    expect(noted).toEqual(['count']);
  });

  it('where a step was renamed', async () => {
    const { failure } = await run('plannedSteps', {
      deployments: [
        ['count', 'process'],
        ['select', 'process'],
      ],
    });

    expect(failure).toMatchObject(invalidStep("step 'select' was called where step 'count' was expected"));
  });

  it('where a step was left out', async () => {
    const { failure } = await run('plannedSteps', { deployments: [['count', 'process'], []] });

    expect(failure).toMatchObject(invalidStep("step 'count' was begun before and was not called on resume"));
  });
});

describe('a job’s own mistake fails the run at once', () => {
  it('where a step is called twice', async () => {
    const { failure, noted } = await run('plannedSteps', {
      deployments: [
        ['count', 'count'],
        ['count', 'count'],
      ],
    });

    expect(failure).toMatchObject(invalidStep("step 'count' is called twice"));
    expect(noted).toEqual(['count']);
  });

  it('where a step is nested in another', async () => {
    const { failure } = await run('nestedSteps');

    expect(failure).toMatchObject(invalidStep("step 'inner' is nested in step 'outer'"));
  });

  it('where a step returns what JSON can’t keep', async () => {
    const { failure } = await run('functionAsResult');

    expect(failure).toMatchObject(invalidStep("the result of step 'odd' is of type function"));
  });

  it('where a cursor is one that JSON can’t carry, with the path of the offending part', async () => {
    const { failure } = await run('mapAsCursor');

    expect(failure).toMatchObject({
      type: 'InvalidCursorError',
      nonRetryable: true,
      message: expect.stringContaining('cursor.at'),
    });
  }, 10_000);
});
