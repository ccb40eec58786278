/** A job of each pattern, as a user of the package writes them. */
import { proxyActivities } from '@temporalio/workflow';
import { activityDefaults, continuable, iterate, type Job, type Step } from 'leftoff/steps';
import type { Activities } from './activities.js';

/** Neither a bigint nor a Date survives plain JSON: the plugin's payload converter carries them here. */
export interface Count {
  readonly upTo: bigint;
  readonly since: Date;
}

export const countByIteration = iterate<Count>('countNumbers');

const { countBatch } = proxyActivities<Activities>(activityDefaults());

export const countInSteps = continuable(async (job: Job, input: Count) => {
  const seen = await job.step('look', async () => `${typeof input.upTo} ${input.since.toISOString()}`);
  await job.step('count', (step: Step<bigint>) => step.batches((from) => countBatch({ from, input })));
  return seen;
});
