/** generate-reports split over child Workflows, in both patterns: each has equally many months to report, however customers differ. */
import { proxyActivities } from '@temporalio/workflow';
import type { CountedCustomerRange, ReportActivities } from '../activities/generate-reports.js';
import { activityDefaults, type PartitionedWorkflow } from '../continuation/steps/index.js';
import { inPartitions } from './in-partitions.js';
import type { JobSettings, SplitJobSettings } from './job-settings.js';

type Run = PartitionedWorkflow<SplitJobSettings, CountedCustomerRange>;

const activities = ({ timing }: JobSettings) => proxyActivities<ReportActivities>(activityDefaults(timing));

const splitOver = (child: string): Run =>
  inPartitions<CountedCustomerRange>({
    child,
    divide: (run) => activities(run).divideCustomers(run),
    summarise: (run) => activities(run).summariseReports(run),
  });

export const generateReportsInStepsPartitioned: Run = splitOver('generateReportsInSteps');

export const generateReportsByEnumeratorPartitioned: Run = splitOver('generateReportsByEnumerator');
