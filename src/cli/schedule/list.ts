/** The schedules there are, and what they start next. */
import { type OutputOptions, openOutput } from '../output.js';
import { withTemporal } from '../session.js';
import { table } from '../ui/table.js';

interface Listed {
  readonly id: string;
  readonly workflowType: string;
  readonly paused: boolean;
  readonly lastRun: string | null;
  readonly nextAt: string | null;
}

export function listSchedules(options: OutputOptions): Promise<void> {
  return withTemporal(async ({ client }) => {
    const schedules: Listed[] = [];
    for await (const { scheduleId, action, state, info } of client.schedule.list()) {
      const last = info.recentActions.at(-1)?.action;
      schedules.push({
        id: scheduleId,
        workflowType: action?.workflowType ?? 'unknown',
        paused: state.paused,
        lastRun: last?.type === 'startWorkflow' ? last.workflow.workflowId : null,
        nextAt: info.nextActionTimes[0]?.toISOString() ?? null,
      });
    }
    openOutput(options).result(describe(schedules), schedules);
  });
}

function describe(schedules: readonly Listed[]): string {
  if (schedules.length === 0)
    return 'no schedule yet: npx leftoff schedule create step:process-orders --every 60';
  return table(
    ['schedule', 'starts', 'last run', 'next (UTC)'].map((title) => ({ title })),
    schedules.map(({ id, workflowType, lastRun, nextAt }) => [
      ...[id, workflowType, lastRun ?? '–'],
      nextAt?.slice(0, 16).replace('T', ' ') ?? '–',
    ]),
  );
}
