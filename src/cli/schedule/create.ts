/** `leftoff schedule create`: starts a run each so many minutes, or as a cron line says. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../user-error.js';
import { taskQueue } from '../../worker/task-queue.js';
import { interruptible } from '../interruptible.js';
import { parseJob } from '../jobs.js';
import { type OutputOptions, openOutput, withOutput } from '../output.js';
import { chooseTiming } from '../profile.js';
import { type RunFlags, readRunFlags, withRunFlags } from '../run-flags.js';
import { withStack } from '../session.js';
import { inputOf, memoOf, type RunToStart, workflowTypeOf } from '../start-run.js';
import { wholeNumber } from '../whole-number.js';

interface CreateFlags extends RunFlags, OutputOptions {
  readonly id?: string;
  /** Minutes. */
  readonly every?: number;
  readonly cron?: string;
}

export function createScheduleCommand(): Command {
  const command = withOutput(new Command('create'))
    .description('Schedules a run. While one of its runs is open, no other is started.')
    .argument('<pattern:job>', 'what to run, as in leftoff run')
    .option('--id <id>', 'its name; default: the job and pattern', scheduleId)
    .option('--every <minutes>', 'start a run each so many minutes', wholeNumber(1, 525_600))
    .option('--cron <line>', "start one when this says, such as '0 3 * * *' (UTC)");
  return withRunFlags(command)
    .addHelpText('after', "\nExample:\n  leftoff schedule create step:process-orders --cron '0 3 * * *'")
    .action((word: string, options: CreateFlags) => {
      const job = parseJob(word);
      const { settings, profile } = readRunFlags(job, options);
      const spec = specOf(options);
      const output = openOutput(options);
      return interruptible(() =>
        withStack(async (session) => {
          const timing = chooseTiming(profile, session.addresses);
          const id = options.id ?? `${job.idPrefix}scheduled`;
          const run = { ...job, ...settings, timing, workflowId: id };
          await createSchedule(await session.temporal(), id, run, spec);
          output.result(`${id}: ${describeSpec(options)}; leftoff schedule trigger ${id} starts one now`, {
            ...{ id, pattern: job.pattern, job: job.job },
            every: options.every ?? null,
            cron: options.cron ?? null,
          });
        }),
      );
    });
}

type Spec = { readonly cronExpressions: string[] } | { readonly intervals: { readonly every: number }[] };

const minuteMs = 60_000;

function specOf({ every, cron }: CreateFlags): Spec {
  if (every !== undefined && cron === undefined) return { intervals: [{ every: every * minuteMs }] };
  if (cron !== undefined && every === undefined) return { cronExpressions: [cron] };
  throw new UserError(
    'When? A schedule needs --every or --cron, one of them.',
    'For example: --every 60',
    'usage',
  );
}

function describeSpec({ every, cron }: CreateFlags): string {
  return cron === undefined ? `a run each ${every} min` : `a run at '${cron}' (UTC)`;
}

/** The server appends the time of the start to the run's id. */
async function createSchedule(
  client: Client,
  scheduleId: string,
  run: RunToStart,
  spec: Spec,
): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId,
      spec,
      policies: { overlap: ScheduleOverlapPolicy.SKIP },
      action: {
        type: 'startWorkflow',
        workflowType: workflowTypeOf(run),
        workflowId: scheduleId,
        taskQueue,
        args: [inputOf(run)],
        memo: { ...memoOf(run) },
        workflowTaskTimeout: run.timing.workflowTaskTimeoutMs,
      },
    });
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning)
      throw new UserError(
        `There is a schedule '${scheduleId}' already.`,
        `npx leftoff schedule delete ${scheduleId}, or name another with --id.`,
        'failed',
        { cause: error },
      );
    if (error instanceof Error && /cron|invalid.*(spec|schedule)/i.test(error.message))
      throw new UserError(
        `Temporal refuses this schedule: ${error.message}.`,
        "For example: --cron '0 3 * * *'",
        'usage',
        {
          cause: error,
        },
      );
    throw error;
  }
}

/** The time of each start comes behind it. */
export function scheduleId(text: string): string {
  if (/^[\w.-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 40 letters, digits or any of _ . -');
}
