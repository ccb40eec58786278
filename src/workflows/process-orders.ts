/** process-orders in both patterns, side by side: the same orders, the same transaction, two ways to keep the place. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OrderActivities, RunOfOrders } from '../activities/process-orders.js';
import { continuable, iterate, type Step } from '../continuation/steps/index.js';
import { workingActivity } from './activity-timing.js';
import type { ProcessOrders } from './process-orders-input.js';

/** Step style: the cursor is Workflow state, and each batch's result its checkpoint in history. */
export const processOrdersInSteps = continuable<ProcessOrders>(
  async (job, input) => {
    const { selectOrders, processBatch, reportOrders } = proxyActivities<OrderActivities>(
      workingActivity(input.timing),
    );
    const runId = workflowInfo().workflowId;

    const selection = await job.step('count', () => selectOrders({ runId }));
    job.expect(selection.total);

    await job.step('process', async (step: Step<number>) => {
      for (;;) {
        const batch = await processBatch({ ...input, runId, selection, cursor: step.cursor });
        await step.record(batch); // the checkpoint; an interruption happens here or not at all
        if (batch.kind === 'finished') return;
      }
    });

    return { ...(await job.step('report', () => reportOrders({ runId }))) };
  },
  { historyLimit: (input) => input.timing.historyLimit },
);

const walkOrders = iterate<RunOfOrders>('processOrders', {
  activity: ({ timing }) => workingActivity(timing),
  historyLimit: ({ timing }) => timing.historyLimit,
});

/** Enumerator style: the cursor lives in the Activity's heartbeat, and the Workflow only sees that it goes on. */
export const processOrdersByEnumerator = (
  input: ProcessOrders,
  carried?: Parameters<typeof walkOrders>[1],
): ReturnType<typeof walkOrders> => walkOrders({ ...input, runId: workflowInfo().workflowId }, carried);
