/** A user's tests of a step's batches: no server, no time, each batch as its step would schedule it. */
import { batchRun } from 'leftoff/testing';
import { expect, it } from 'vitest';
import { billingActivities } from '../02-steps/activities.js';

const customers = 25;

/** The billing's Activities, and who was billed. */
function someBilling() {
  const billed: number[] = [];
  const activities = billingActivities({
    customers: async () => customers,
    bill: async (customer) => void billed.push(customer),
    close: async () => undefined,
    archive: async () => null,
    publish: async ({ name }) => name,
  });
  return { activities, billed };
}

it('bills on after a stop, and meets one batch again after a kill', async () => {
  const { activities, billed } = someBilling();
  // As in the Workflow: step.batches((from) => billBatch({ customers, from }))
  const run = batchRun<number>((from) => activities.billBatch({ customers, from }), { step: 'bill' });

  await run.batch(); // a whole batch: 0 to 9
  await run.stopped({ after: 2 }); // 10 and 11, then the worker is told to stop
  expect(run.cursor).toBe(11);
  await run.killed({ after: 3 }); // 12 to 14: nothing is reported
  await run.toTheEnd(); // first the next attempt of that batch

  expect(billed.slice(10, 18)).toEqual([10, 11, 12, 13, 14, 12, 13, 14]);
  expect(run.revisits).toBe(3);
  expect(run.counts.processed).toBe(customers);
  expect(run.checkpoints).toBe(4); // 9, 11, 21 and 24
});
