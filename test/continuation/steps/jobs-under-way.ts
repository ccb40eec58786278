/** Jobs in steps that have something under way while a checkpoint wants to continue as new. */
import {
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { continuable, type Job, type Step } from '../../../src/continuation/steps/index.js';
import type { StageActivities } from './steps-stage.js';

const { visit } = proxyActivities<StageActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});
const local = proxyLocalActivities<StageActivities>({ startToCloseTimeout: '10 seconds' });
const everyCheckpoint = { historyLimit: () => 1 };

/** Passes what it is asked for on to an Activity. */
export async function slowChild(what: string): Promise<string> {
  return visit(what);
}

const childOf = (what: string) =>
  executeChild(slowChild, {
    workflowId: `${workflowInfo().workflowId}/${what}`,
    args: [what],
    parentClosePolicy: ParentClosePolicy.ABANDON,
  });

/** What a job has under way at its first checkpoint. */
const underWay = {
  'an Activity': () => visit('slow'),
  'a local Activity': () => local.visit('slow'),
  'an Activity alongside': (job: Job) => job.alongside(() => visit('slow')),
  'a child Workflow alongside': (job: Job) => job.alongside(() => childOf('slow')),
  'a failing Activity alongside': (job: Job) => job.alongside(() => visit('slow, and fails')),
  'a timer': () => sleep('30 days'),
  'a child Workflow': () => childOf('slow'),
} satisfies Record<string, (job: Job) => Promise<unknown>>;

export type UnderWay = keyof typeof underWay;

/** Its first execution has something under way at its checkpoint, which it would await later. */
export const withUnderWay = continuable<UnderWay>(async (job, what) => {
  await job.step('work', async (step: Step<number>) => {
    if (step.cursor !== null) return visit('next execution');
    const slow = underWay[what](job);
    await step.set(1);
    return slow;
  });
}, everyCheckpoint);

/** Two branches of a step: the slow one has its own checkpoint after the quick one has interrupted. */
export const branches = continuable<void>(async (job) => {
  await job.step('work', async (step: Step<number>) => {
    if (step.cursor !== null) return visit(`next execution after ${step.cursor}`);
    const slowly = async () => {
      await visit('slow');
      await visit('slow, second');
      await step.set(2);
      await visit('not reached');
    };
    return Promise.all([slowly(), step.set(1)]);
  });
}, everyCheckpoint);

/** An error of one branch, while another has an Activity under way. */
export const failingBranch = continuable<void>(
  async (job) => {
    await job.step('first', () => visit('first'));
    await job.step('work', () => Promise.all([visit('slow'), visit('fails')]));
  },
  { resumeWaitMs: 1 },
);
