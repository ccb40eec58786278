/** process-orders in both patterns, side by side: the same orders, the same transaction, two ways to keep the place. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OrderActivities, RunOfOrders } from '../activities/process-orders.js';
import type { RowCursor } from '../continuation/iteration/index.js';
import { activityDefaults, continuable, iterate, type Step } from '../continuation/steps/index.js';
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

const walkOrders = iterate<RunOfOrders>('processOrders', {
  activity: ({ timing }) => activityDefaults(timing),
  historyLimit: ({ timing }) => timing.historyLimit,
});

/** Enumerator style: the cursor lives in the Activity's heartbeat, and the Workflow only sees that it goes on. */
export const processOrdersByEnumerator = (
  input: ProcessOrders,
  carried?: Parameters<typeof walkOrders>[1],
): ReturnType<typeof walkOrders> => walkOrders(withRunId(input), carried);

function withRunId(input: ProcessOrders): RunOfOrders {
  return { ...input, runId: input.runId ?? workflowInfo().workflowId };
}
