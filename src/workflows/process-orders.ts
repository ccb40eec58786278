/** process-orders in both patterns, side by side: the same orders, the same transaction, two ways to keep the place. */
import { proxyActivities } from '@temporalio/workflow';
import type { OrderActivities } from '../activities/process-orders.js';
import type { RowCursor } from '../continuation/iteration/index.js';
import { activityDefaults, continuable, type Step } from '../continuation/steps/index.js';
import { byEnumerator, withRunId } from './by-enumerator.js';
import { limitsOf } from './job-limits.js';
import type { ProcessOrders } from './process-orders-input.js';

/** Step style: the cursor is Workflow state, and each batch's result its checkpoint in history. */
export const processOrdersInSteps = continuable<ProcessOrders>(async (job, input) => {
  const { selectOrders, processBatch, reportOrders } = proxyActivities<OrderActivities>(
    activityDefaults(input.timing),
  );
  const run = withRunId(input);

  const selection = await job.step('count', () => selectOrders(run));
  job.expect(selection.total);

  // Each batch's result is a checkpoint; an interruption happens between two of them, or not at all.
  await job.step('process', (step: Step<RowCursor>) =>
    step.batches((from) => processBatch({ ...run, selection, from })),
  );

  // A partition's part is in the report of the whole.
  if (run.range !== undefined) return null;
  return { ...(await job.step('report', () => reportOrders(run))) };
}, limitsOf);

/** Enumerator style: the cursor lives in the Activity's heartbeat, and the Workflow only sees that it goes on. */
export const processOrdersByEnumerator = byEnumerator<ProcessOrders>('processOrders');
