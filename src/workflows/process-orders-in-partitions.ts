/** process-orders split over child Workflows, in both patterns: each has equally many of the run's orders, however unevenly ids lie. */
import { proxyActivities } from '@temporalio/workflow';
import type { OrderActivities, OrdersRange } from '../activities/process-orders.js';
import { activityDefaults, type PartitionedWorkflow } from '../continuation/steps/index.js';
import { inPartitions } from './in-partitions.js';
import type { JobSettings, SplitJobSettings } from './job-settings.js';

type Run = PartitionedWorkflow<SplitJobSettings, OrdersRange>;

const activities = ({ timing }: JobSettings) => proxyActivities<OrderActivities>(activityDefaults(timing));

const splitOver = (child: string): Run =>
  inPartitions<OrdersRange>({
    child,
    divide: (run) => activities(run).divideOrders(run),
    summarise: (run) => activities(run).reportOrders(run),
  });

export const processOrdersInStepsPartitioned: Run = splitOver('processOrdersInSteps');

export const processOrdersByEnumeratorPartitioned: Run = splitOver('processOrdersByEnumerator');
