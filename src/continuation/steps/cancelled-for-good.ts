import { workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

/**
 * Whether the run was cancelled, and nobody will come for what a store keeps of it. Cancelled is final; but whoever retries a
 * partitioned run starts its cancelled partitions again, and they go on where their store is. A scope of the Workflow's own
 * that was cancelled (a timeout) says nothing of the run, which may go on.
 */
export function cancelledForGood(): boolean {
  // The SDK has no public word for the root: the current scope may be the user's.
  return getActivator().rootScope.consideredCancelled && workflowInfo().parent === undefined;
}
