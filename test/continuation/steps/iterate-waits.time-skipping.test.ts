import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstCheckpoint, type IterationOutcome } from '../../../src/continuation/checkpoint.js';
import type { IterationInput } from '../../../src/continuation/iteration/index.js';
import { type TimeSkipping, taskQueue, timeSkipping } from '../../workflows/time-skipping.js';
import { aCheckpoint } from '../some-checkpoints.js';

const itemsQueue = 'items-queue';
const checkpoint = aCheckpoint({ sequence: 5, cursor: 5, resumptionCount: 1 });

const throttled = (waitMs: number): IterationOutcome => ({
  type: 'leftoff.iteration',
  kind: 'throttled',
  waitMs,
  checkpoint,
});

const completed = (store: string | null): IterationOutcome => ({
  type: 'leftoff.iteration',
  kind: 'completed',
  ending: 'exhausted',
  store,
  checkpoint,
  result: null,
});

/** What the Activity was asked to clear, and what it answers otherwise: the last answer again and again. */
let cleared: IterationInput<object>[] = [];
let answers: IterationOutcome[] = [];

async function anIteration(input: IterationInput<object>): Promise<IterationOutcome> {
  if (input.cleanUp === true) {
    cleared.push(input);
    return { ...completed(null), checkpoint: input.from ?? firstCheckpoint };
  }
  const [next = completed(null)] = answers;
  if (answers.length > 1) answers.shift();
  return next;
}

let server: TimeSkipping;
let items: Worker;
let running: Promise<void>;

beforeAll(async () => {
  server = await timeSkipping('../continuation/steps/iterate-jobs.ts');
  await server.startWorker({});
  items = await Worker.create({
    connection: server.environment.nativeConnection,
    taskQueue: itemsQueue,
    activities: { anIteration },
  });
  running = items.run();
});

afterAll(async () => {
  items?.shutdown();
  await running;
  await server?.tearDown();
});

/** Runs a Workflow whose Activity answers so. @returns its result or failure, of which one is there */
async function run(workflow: string, ...activityAnswers: IterationOutcome[]) {
  answers = activityAnswers;
  cleared = [];
  const options = {
    taskQueue,
    workflowId: randomUUID(),
    args: [{}],
    workflowExecutionTimeout: '1 hour',
  } as const;
  return server.environment.client.workflow.execute(workflow, options).then(
    (result: unknown) => ({ result, failure: null }),
    (error: unknown) => ({
      result: null,
      failure: error instanceof WorkflowFailedError ? error.cause : error,
    }),
  );
}

describe('a run of an iteration', () => {
  it('goes on after a wait whatever the limit of resumptions: a wait is none', async () => {
    const { result, failure } = await run('limited', throttled(1_000), completed(null));

    expect(failure).toBeNull();
    expect(result).toMatchObject({ cursor: 5, resumptionCount: 1 });
  });

  it('fails where it is to wait for nothing again and again: it never loops', async () => {
    const { failure } = await run('unlimited', throttled(0));

    expect(failure).toMatchObject({ type: 'NoProgressError' });
  });

  it('clears its store once it has ended, where its own workers are', async () => {
    const { failure } = await run('unlimited', completed('postgres'));

    expect(failure).toBeNull();
    // Above all that was scheduled before: no earlier attempt may begin anew after it.
    expect(cleared).toMatchObject([{ cleanUp: true, generation: 2 }]);
  });
});
