/** Jobs that are paused where it is not simple: in a clean-up's scope, beside a branch that goes on, in partitions that failed. */
import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import { continuable, partitioned, type Step } from '../../../src/continuation/steps/index.js';
import type { StageActivities } from './steps-stage.js';

const { visit } = proxyActivities<StageActivities>({
  startToCloseTimeout: '60 seconds',
  retry: { maximumAttempts: 1 },
});

/** A step in a scope of its own that a cancellation doesn't reach. */
export const shielded = continuable<void>((job) =>
  CancellationScope.nonCancellable(() =>
    job.step('walk', async (step: Step<number>) => {
      for (let next = 1; next <= 3; next += 1) {
        await visit(`${next}`);
        await step.set(next);
      }
    }),
  ),
);

/** A branch that comes to checkpoints, and one that goes from one Activity to the next. */
export const branches = continuable<void>((job) =>
  job.step('walk', async (step: Step<number>) => {
    const byCheckpoints = async () => {
      await visit('first');
      await step.set(1);
      await visit('after the pause');
    };
    const withoutAny = async () => {
      for (let next = 1; next <= 4; next += 1) await visit(`beside ${next}`);
    };
    await Promise.all([byCheckpoints(), withoutAny()]);
  }),
);

export const part = continuable<number>((job, number) =>
  job.step('part', async (step: Step<number>) => {
    await visit(`part ${number}`);
    job.count({ processed: 1, failed: 0, revisited: 0 });
    await step.set(number);
  }),
);

export const parts = partitioned<void, number, number>({
  ranges: async () => [1, 2, 3],
  child: 'part',
  input: (_, number) => number,
});
