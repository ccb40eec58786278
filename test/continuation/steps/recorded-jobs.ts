/** What the histories beside are recorded of, by `record-ends.ts` in a checkout of an earlier release: the API of that one. */
import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { RunResult } from '../../../src/continuation/checkpoint.js';
import { continuable, iterate, partitioned, type Step } from '../../../src/continuation/steps/index.js';
import type { RecordedActivities } from './record-ends.js';

const activity = {
  startToCloseTimeout: '1 minute',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const;
const { chargeBatch, tell } = proxyActivities<RecordedActivities>(activity);

/** Is cancelled in its second batch, after the first said that a store keeps something; then still tells somebody. */
export const chargeInBatches = continuable<void>(async (job) => {
  try {
    await job.step('charge', (step: Step<number>) => step.batches(chargeBatch));
  } finally {
    await CancellationScope.nonCancellable(() => tell());
  }
});

/** Is cancelled in its Activity, or while it is throttled. */
export const chargeEach = iterate<{ readonly untilCancelled: boolean }>('chargeEach', {
  activity: () => activity,
});

export async function noRange(): Promise<RunResult> {
  const counts = { processed: 0, failed: 0, revisited: 0 };
  return {
    ...{ counts, total: 0, checkpoints: 0, resumptions: [], resumptionCount: 0 },
    ...{ cursor: null, executions: 1, result: null },
  };
}

/** Its own code is wrong about its second range. */
export const mistakenAboutOne = partitioned<void, number, void>({
  ranges: async () => [1, 2, 3],
  child: 'noRange',
  input: (_, range) => {
    if (range === 2) throw new TypeError('a bug in Workflow code');
  },
});
