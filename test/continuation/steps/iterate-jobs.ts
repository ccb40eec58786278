/** Workflows around an enumerator Activity that has workers of its own. */
import { executeChild, workflowInfo } from '@temporalio/workflow';
import { iterate } from '../../../src/continuation/steps/index.js';

const activity = () => ({
  startToCloseTimeout: '30 seconds' as const,
  taskQueue: 'items-queue',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED' as const,
});

/** Goes on once at the most after an interruption; after a wait as often as it has to. */
export const limited = iterate<object>('anIteration', { activity, maxResumptions: 1 });

export const unlimited = iterate<object>('anIteration', { activity });

/** Has such a run as its child, as a partitioned one has. */
export const parent = () =>
  executeChild<typeof unlimited>('unlimited', { args: [{}], workflowId: `${workflowInfo().workflowId}/1` });

/** Has one attempt of a second, as a user may say. */
export const impatient = iterate<object>('anIteration', {
  activity: () => ({ ...activity(), startToCloseTimeout: '1 second', retry: { maximumAttempts: 1 } }),
});
