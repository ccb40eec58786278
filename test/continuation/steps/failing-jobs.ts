/** Jobs in steps whose Activities, children or own code fail, for the tests of the rules for errors. */
import {
  ApplicationFailure,
  CancellationScope,
  executeChild,
  proxyActivities,
  sleep,
  type TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ContinuableOptions,
  continuable,
  type FailureRules,
  type Job,
  type Step,
} from '../../../src/continuation/steps/index.js';
import type { StageActivities } from './steps-stage.js';

const { visit } = proxyActivities<StageActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});

/** What a test sets of the rules: plain data. */
export type Rules = Partial<Omit<FailureRules, 'restartOn'>> & { readonly resumeTaskQueue?: string };

const counted = { processed: 1, failed: 0, revisited: 0 };

async function walk(job: Job): Promise<unknown> {
  await job.step('prepare', () => visit('prepare'));
  await job.step('walk', { start: 0 }, async (step) => {
    while (step.cursor < 3) {
      await visit(`${step.cursor + 1}`);
      job.count(counted);
      await step.advance();
    }
  });
  return job.step('report', () => visit('report'));
}

const rulesOf = (rules: Rules = {}): ContinuableOptions<Rules> => rules;

/** Prepares, walks from 1 to 3, and reports. */
export const walkTo3 = continuable<Rules>(walk, rulesOf);

/** The same, and starts over when its snapshot is gone. */
export const walkSnapshotTo3 = continuable<Rules>(walk, (rules) => ({
  ...rules,
  restartOn: (failure: TemporalFailure) =>
    failure.cause instanceof ApplicationFailure && failure.cause.type === 'SnapshotGone',
}));

/** Makes checkpoints, and nothing else, before what fails. */
export const checkpointsOnly = continuable<Rules>(async (job) => {
  await job.step('turn', async (step) => {
    await step.checkpoint();
    await visit('after the checkpoint');
  });
}, rulesOf);

/** Its own code is wrong until the worker's clock says that it was mended: there is no other way to deploy in a test. */
export const mendedAt = continuable<number>(async (job, mendedAtMs) => {
  await job.step('walk', { start: 0 }, async (step) => {
    while (step.cursor < 2) {
      await visit(`${step.cursor + 1}`);
      await step.advance();
    }
    if (workflowInfo().unsafe.now() < mendedAtMs) throw new TypeError('a bug in Workflow code');
  });
  return 'mended';
});

/** Passes what it is asked for on to an Activity. */
export async function child(what: string): Promise<string> {
  return visit(what);
}

/** Its second step is a child Workflow. */
export const withChild = continuable<Rules>(async (job) => {
  await job.step('first', () => visit('first'));
  const workflowId = `${workflowInfo().workflowId}/child`;
  await job.step('child', () => executeChild(child, { workflowId, args: ['in a child'] }));
}, rulesOf);

/** Its Activity takes longer than it may. */
export const timingOut = continuable<Rules>(async (job) => {
  const { visit: hasty } = proxyActivities<StageActivities>({
    startToCloseTimeout: '1 second',
    retry: { maximumAttempts: 1 },
  });
  await job.step('first', () => visit('first'));
  await job.step('hasty', () => hasty('hasty'));
}, rulesOf);

/** Catches its step's error, and goes on as if nothing had been. */
export const passingOver = continuable<Rules>(async (job) => {
  await job
    .step('walk', async (step: Step<number>) => {
      await step.set(1);
      await visit('fails');
    })
    .catch(() => undefined);
  await job.step('report', () => visit('report'));
}, rulesOf);

/** Catches its step's error, and calls the step again. */
export const tryingAgain = continuable<Rules>(async (job) => {
  const walkOn = () =>
    job.step('walk', { start: 0 }, async (step) => {
      while (step.cursor < 3) {
        await visit(`${step.cursor + 1}`);
        await step.advance();
      }
    });
  await walkOn().catch(walkOn);
}, rulesOf);

/** Swallows what the library says about a cursor, and ends. */
export const swallowingRefusal = continuable<Rules>(async (job) => {
  await job.step('walk', (step: Step<string>) => step.advance('a').catch(() => undefined));
}, rulesOf);

/** Waits to be cancelled; then cleans up, or fails to. */
export const cleaningUp = continuable<'succeeds' | 'fails'>(async (job, cleanUp) => {
  await job.step('walk', async (step: Step<number>) => {
    await step.set(1);
    try {
      await sleep('1 day');
    } finally {
      await CancellationScope.nonCancellable(() => visit(`clean-up ${cleanUp}`));
    }
  });
});
