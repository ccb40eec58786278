/**
 * An Activity interceptor that looks at how iterations and batches were scheduled: that is the Workflow's to say, so the
 * Worker's options can't mend it.
 *
 * A1  Without a heartbeat timeout a killed worker is noticed when the Activity as a whole times out.
 * A2  With a limit of attempts lost workers spend them, and so may end a healthy run.
 */
import type { Info } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ReportFinding } from './finding.js';

export function checkActivityOptions(report: ReportFinding): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        if (input.args.some(isPlace)) {
          const { activityType } = info;
          for (const problem of problemsOf(info)) {
            const message = `Activity ${activityType} ${problem} activityDefaults() of leftoff/steps has what it needs.`;
            report({ kind: 'activity options', activityType, message });
          }
        }
        return next(input);
      },
    },
  });
}

/** What such an Activity's options cost a recovery, a sentence each. */
function problemsOf({
  heartbeatTimeoutMs,
  retryPolicy,
  startToCloseTimeoutMs,
}: Pick<Info, 'heartbeatTimeoutMs' | 'retryPolicy' | 'startToCloseTimeoutMs'>): string[] {
  const problems: string[] = [];
  if (!heartbeatTimeoutMs)
    problems.push(
      `has no heartbeat timeout: that its worker was killed is noticed after ${startToCloseTimeoutMs / 1_000} s.`,
    );
  const attempts = retryPolicy?.maximumAttempts;
  if (attempts !== undefined && attempts > 0 && attempts !== Number.POSITIVE_INFINITY)
    problems.push(
      `has ${attempts === 1 ? 'one attempt' : `${attempts} attempts`}: each lost worker spends one, and the last ends the run.`,
    );
  return problems;
}

/** Whether an argument says where an iteration (`IterationInput`) is to go on, or holds where a batch (`BatchStart`) is. */
function isPlace(arg: unknown): boolean {
  return isStart(arg) || (typeof arg === 'object' && arg !== null && Object.values(arg).some(isStart));
}

/** Clearing what a store keeps is no work: its short timeout and its few attempts are meant. */
function isStart(part: unknown): boolean {
  return (
    typeof part === 'object' &&
    part !== null &&
    'generation' in part &&
    'chain' in part &&
    !('cleanUp' in part)
  );
}
