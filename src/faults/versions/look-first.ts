/** What both later versions do more than this build's Workflows: they look at the orders before they begin. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OrderActivities } from '../../activities/process-orders.js';

const { selectOrders } = proxyActivities<OrderActivities>({ startToCloseTimeout: '10 seconds' });

/** @param isWanted asked in the Workflow, at its beginning */
export function lookingFirst<Given extends readonly unknown[], Result>(
  workflow: (...given: Given) => Promise<Result>,
  isWanted: () => boolean,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    if (isWanted()) await selectOrders({ runId: workflowInfo().workflowId });
    return workflow(...given);
  };
}
