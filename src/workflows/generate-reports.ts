/** generate-reports in both patterns: for each customer their months, with a cursor that has a level for each loop. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ReportActivities, ReportCursor, RunOfReports } from '../activities/generate-reports.js';
import { activityDefaults, continuable, iterate, type Step } from '../continuation/steps/index.js';
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

const walkReports = iterate<RunOfReports>('generateReports', {
  activity: ({ timing }) => activityDefaults(timing),
  historyLimit: ({ timing }) => timing.historyLimit,
});

/** Enumerator style: the cursor lives in the Activity's heartbeat, and in a store where the run has one. */
export const generateReportsByEnumerator = (
  input: GenerateReports,
  carried?: Parameters<typeof walkReports>[1],
): ReturnType<typeof walkReports> => walkReports(withRunId(input), carried);

function withRunId(input: GenerateReports): RunOfReports {
  return { ...input, runId: input.runId ?? workflowInfo().workflowId };
}
