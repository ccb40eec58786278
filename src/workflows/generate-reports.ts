/** generate-reports in both patterns: for each customer their months, with a cursor that has a level for each loop. */
import { proxyActivities } from '@temporalio/workflow';
import type { ReportActivities, ReportCursor } from '../activities/generate-reports.js';
import { activityDefaults, continuable, type Step } from '../continuation/steps/index.js';
import { byEnumerator, withRunId } from './by-enumerator.js';
import type { GenerateReports } from './generate-reports-input.js';
import { limitsOf } from './job-limits.js';

/** Step style: each batch of months is a checkpoint in history. */
export const generateReportsInSteps = continuable<GenerateReports>(async (job, input) => {
  const { selectReports, writeReportBatch, summariseReports } = proxyActivities<ReportActivities>(
    activityDefaults(input.timing),
  );
  const run = withRunId(input);

  const selection = await job.step('select', () => selectReports(run));
  job.expect(selection.total);

  await job.step('write', (step: Step<ReportCursor>) =>
    step.batches((from) => writeReportBatch({ ...run, selection, from })),
  );

  // A partition's part is in the summary of the whole.
  if (run.range !== undefined) return null;
  return { ...(await job.step('summarise', () => summariseReports(run))) };
}, limitsOf);

/** Enumerator style: the cursor lives in the Activity's heartbeat, and in a store where the run has one. */
export const generateReportsByEnumerator = byEnumerator<GenerateReports>('generateReports');
