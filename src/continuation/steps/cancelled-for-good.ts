import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether nobody will come for what a store keeps of a run that was cancelled. Cancelled is final; but whoever retries a
 * partitioned run starts its cancelled partitions again, and they go on where their store is.
 */
export function cancelledForGood(): boolean {
  return workflowInfo().parent === undefined;
}
