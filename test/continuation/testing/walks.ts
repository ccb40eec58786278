/** The same walk over numbers in both patterns, for the tests of `activityFaults`. */
import { proxyActivities } from '@temporalio/workflow';
import { continuable, iterate, type Step } from '../../../src/continuation/steps/index.js';
import type { WalkActivities } from './walk-activities.js';

/** A killed worker is noticed after half a second: the server skips no time while an Activity is under way. */
const watched = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '500 ms',
  retry: { initialInterval: 10 },
} as const;

const { walkBatch, countNumbers } = proxyActivities<WalkActivities>(watched);

export const walkByEnumerator = iterate<{ readonly upTo: number }>('walk', { activity: () => watched });

export const walkInSteps = continuable(async (job, { upTo }: { readonly upTo: number }) => {
  await job.step('walk', (step: Step<number>) => step.batches((from) => walkBatch({ from, upTo })));
});

/** Counts, then walks twice over the same numbers. */
export const walkTwiceInSteps = continuable(async (job, { upTo }: { readonly upTo: number }) => {
  const counted = await job.step('count', () => countNumbers(upTo));
  for (const name of ['there', 'back'])
    await job.step(name, (step: Step<number>) => step.batches((from) => walkBatch({ from, upTo: counted })));
});
