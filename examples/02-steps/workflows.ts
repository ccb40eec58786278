/** A job in steps: what was done is skipped on resume, and the step in progress goes on at its cursor. */
import { proxyActivities } from '@temporalio/workflow';
import { activityDefaults, continuable, type Step } from 'leftoff/steps';
import type { BillingActivities, Month } from './activities.js';

const { countCustomers, billBatch, closeDay, archivePage, publish } = proxyActivities<BillingActivities>(
  activityDefaults(),
);

export const billMonth = continuable(async (job, month: Month) => {
  // A step's result is kept: it is asked for once, whatever happens to the run.
  const customers = await job.step('count', () => countCustomers(month));
  job.expect(customers);

  // Batches of items. Each is an Activity, and its result is the checkpoint.
  await job.step('bill', (step: Step<number>) => step.batches((from) => billBatch({ customers, from })));

  // A cursor with a start, moved on by one. `advance` is a checkpoint: the run stops here or not at all.
  await job.step('close', { start: 1 }, async (step) => {
    while (step.cursor <= month.days) {
      await closeDay({ month, day: step.cursor });
      await step.advance();
    }
  });

  // Any position that JSON can carry, bigint and Date too: here the token of the next page.
  await job.step('archive', async (step: Step<string>) => {
    for (;;) {
      const next = await archivePage({ month, page: step.cursor });
      if (next === null) return;
      await step.set(next);
    }
  });

  // A step with an execution, and so a history, of its own.
  return job.step('publish', { isolated: true }, () => publish(month));
});
