import { proxyActivities } from '@temporalio/workflow';
import type { CsvCursor } from 'leftoff/iteration';
import { activityDefaults, continuable, type Step } from 'leftoff/steps';
import type * as activities from './activities.js';

// So that nobody waits for it: a killed worker is noticed after a second, and not after ten.
const options = { ...activityDefaults(), heartbeatTimeout: '1 second' };
const { chargeBatch, countLines } = proxyActivities<typeof activities>(options);

export const chargeAll = continuable(async (job, input: activities.Charge) => {
  await job.step('charge', (step: Step<CsvCursor>) =>
    step.batches((from) => chargeBatch({ ...input, from })),
  );
  return job.step('count', () => countLines(input));
});
