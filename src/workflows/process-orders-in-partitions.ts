/**
 * process-orders split over child Workflows, in both patterns: a child for each range of order ids.
 *
 * P1  The ranges hold equally many of the run's orders, however unevenly their ids lie.
 * P2  What a child does counts as the run's: one run id in the orders and in the ledger, and one report at the end.
 */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OrderActivities, OrdersRange } from '../activities/process-orders.js';
import { activityDefaults, type PartitionedWorkflow, partitioned } from '../continuation/steps/index.js';
import type { ProcessOrders, ProcessOrdersInPartitions } from './process-orders-input.js';

type Run = PartitionedWorkflow<ProcessOrdersInPartitions, OrdersRange>;

const activities = ({ timing }: ProcessOrdersInPartitions) =>
  proxyActivities<OrderActivities>(activityDefaults(timing));

const splitOver = (child: string): Run => {
  const split = partitioned<ProcessOrdersInPartitions, OrdersRange, ProcessOrders>({
    ranges: (input) => activities(input).divideOrders({ ...input, runId: workflowInfo().workflowId }),
    child,
    input: ({ partitions, ...settings }, range) => ({
      ...settings,
      ...rateOfOne(settings.maxRate, partitions),
      runId: workflowInfo().workflowId,
      range: { after: range.after, upTo: range.upTo },
    }),
    childOptions: ({ timing }) => ({
      memo: { ...workflowInfo().memo },
      workflowTaskTimeout: timing.workflowTaskTimeoutMs,
    }),
  });
  return async (input, carried) => {
    const done = await split(input, carried);
    const report = await activities(input).reportOrders({ runId: workflowInfo().workflowId });
    return { ...done, result: { ...report } };
  };
};

export const processOrdersInStepsPartitioned: Run = splitOver('processOrdersInSteps');

export const processOrdersByEnumeratorPartitioned: Run = splitOver('processOrdersByEnumerator');

/** The run's rate is shared by its partitions. */
function rateOfOne(maxRate: number | undefined, partitions: number) {
  return maxRate === undefined ? {} : { maxRate: maxRate / partitions };
}
