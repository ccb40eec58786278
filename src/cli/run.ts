/** `leftoff run`: starts a run and follows it. */
import { Command, InvalidArgumentError } from 'commander';
import { readRun } from '../continuation/inspection/index.js';
import { followOnScreen } from './follow-on-screen.js';
import { interruptible } from './interruptible.js';
import { parseJob } from './jobs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { chooseTiming } from './profile.js';
import { type RunFlags, readRunFlags, refuseWithoutWork, withRunFlags } from './run-flags.js';
import { describeCadence, describeSettings } from './run-memo.js';
import { summariseRun } from './run-summary.js';
import { withStack } from './session.js';
import { memoOf, startRun } from './start-run.js';

interface StartFlags extends RunFlags, OutputOptions {
  readonly detach?: boolean;
  readonly id?: string;
}

export function runCommand(): Command {
  const command = withOutput(new Command('run'))
    .description('Starts a run and follows it. Ctrl+C stops the following, not the run.')
    .argument('<pattern:job>', 'step or enumerator : process-orders, generate-reports or import-orders')
    .option('--detach', 'start it and return')
    .option('--id <id>', 'the run id; default: the next of orders-step-1, orders-step-2, …', runId);
  return withRunFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  leftoff run enumerator:process-orders --checkpoint-every 1 --pace stage',
    )
    .action((word: string, options: StartFlags) => {
      const job = parseJob(word);
      const { settings, profile } = readRunFlags(job, options);
      const output = openOutput(options);
      return interruptible((signal) =>
        withStack(async (session) => {
          const timing = chooseTiming(profile, session.addresses);
          await refuseWithoutWork(session, job, settings);
          const client = await session.temporal();
          const run = { ...job, ...settings, timing, workflowId: options.id ?? null };
          const workflowId = await startRun(client, await session.orders(), run);
          if (options.detach) {
            const started = await readRun(client, workflowId);
            output.result(`${workflowId} started`, summariseRun(started, new Date()));
            return;
          }
          const memo = memoOf(run);
          output.progress(`${workflowId}: ${describeSettings(memo)}\n  ${describeCadence(memo)}`);
          await followOnScreen({ client, home: session.home, workflowId, signal }, output);
        }),
      );
    });
}

/** What can be given to every other command again, and fits a line with the rest. */
function runId(text: string): string {
  if (/^[\w.:-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 40 letters, digits or any of _ . : -');
}
