/** The traditional job as a Workflow: durable itself, around an Activity that remembers nothing. The negative control. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { NaiveActivities } from '../activities/process-orders-naively.js';
import type { Counts } from '../continuation/checkpoint.js';
import { activityDefaults } from '../continuation/steps/index.js';
import type { ProcessOrders } from './process-orders-input.js';

export async function processOrdersNaively(input: ProcessOrders): Promise<Counts> {
  const activities = proxyActivities<NaiveActivities>(activityDefaults(input.timing));
  return activities.processOrdersNaively({ ...input, runId: workflowInfo().workflowId });
}
