/** Small jobs in steps, for the tests of `continuable`: each continues as new at every checkpoint. */
import { defineSignal, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import { continuable, type Step } from '../../../src/continuation/steps/index.js';

export interface JobActivities {
  /** The steps that this execution's code has: the test changes them as a deployment would. */
  planSteps(): Promise<readonly string[]>;
  /** Leaves a trace that the test reads. */
  note(text: string): Promise<string>;
}

const { planSteps, note } = proxyActivities<JobActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});
const everyCheckpoint = { historyLimit: () => 1 };

/** Its steps are what the plan of the current execution says. */
export const plannedSteps = continuable<void>(async (job) => {
  for (const name of await planSteps()) await job.step(name, () => note(name));
}, everyCheckpoint);

export const nestedSteps = continuable<void>(async (job) => {
  await job.step('outer', () => job.step('inner', () => note('inner')));
}, everyCheckpoint);

/** Adds up what its steps returned, in this execution or in earlier ones. */
export const returningSteps = continuable<void>(async (job) => {
  const three = await job.step('three', async () => ({ value: 3 }));
  const four = await job.step('four', async () => ({ value: 4 }));
  return three.value + four.value;
}, everyCheckpoint);

export type Swallowing =
  | 'try and catch'
  | 'finally'
  | 'Promise.all'
  | 'a later throw'
  | 'a nested async function';

/** Counts to 3 with a checkpoint at each number, and tries to swallow the interruption there. */
export const swallowing = continuable<Swallowing>(async (job, way) => {
  await job.step('count to 3', async (step: Step<number>) => {
    for (let next = (step.cursor ?? 0) + 1; next <= 3; next += 1) {
      await note(`${next}`);
      await setSwallowing(way, step, next);
    }
  });
}, everyCheckpoint);

async function setSwallowing(way: Swallowing, step: Step<number>, next: number): Promise<unknown> {
  switch (way) {
    case 'try and catch':
      return step.set(next).catch(() => note('caught'));
    case 'finally':
      try {
        return await step.set(next);
      } finally {
        await note('finally');
      }
    case 'Promise.all':
      return Promise.all([step.set(next), sleep(1)]).catch(() => note('caught'));
    case 'a later throw':
      void step.set(next);
      throw new Error('thrown after the interruption');
    case 'a nested async function':
      return (async () => {
        await (async () => step.set(next))();
        await note('went on');
      })().catch(() => note('caught'));
  }
}

export type CompositeCursor = {
  readonly orderedOn: string;
  readonly ids: readonly number[];
};

/** Reports each cursor as it was resumed with. */
export const compositeCursors = continuable<readonly CompositeCursor[]>(async (job, cursors) => {
  await job.step('walk', async (step: Step<CompositeCursor>) => {
    const reached = cursors.findIndex((cursor) => JSON.stringify(cursor) === JSON.stringify(step.cursor));
    for (const cursor of cursors.slice(reached + 1)) {
      await note(`${step.resumed ? 'resumed' : 'started'} after ${JSON.stringify(step.cursor)}`);
      await step.set(cursor);
    }
  });
}, everyCheckpoint);

export const dateAsCursor = continuable<void>(async (job) => {
  await job.step('walk', async (step) => {
    await step.set(JSON.parse('{"at":1}', (key, value) => (key === 'at' ? new Date(value) : value)));
  });
}, everyCheckpoint);

export const functionAsResult = continuable<void>(async (job) => {
  await job.step('odd', async () => () => 'a function');
}, everyCheckpoint);

/** Makes checkpoints without ever moving. */
export const restless = continuable<void>(async (job) => {
  await job.step('turn', async (step) => {
    for (let turn = 0; turn < 20; turn += 1) await step.checkpoint();
  });
}, everyCheckpoint);

export const slowSignal = defineSignal('slow');

/** Its signal's handler takes an hour, while a checkpoint wants to continue as new. */
export const slowHandler = continuable<void>(async (job) => {
  setHandler(slowSignal, async () => {
    await sleep('1 hour');
    await note('handler ended');
  });
  await job.step('count to 2', async (step: Step<number>) => {
    for (let next = (step.cursor ?? 0) + 1; next <= 2; next += 1) {
      await note(`${next}`);
      await step.set(next);
    }
  });
}, everyCheckpoint);
