/** `leftoff run`: starts a run and follows it. */
import { Command } from 'commander';
import { readRun } from '../continuation/inspection/index.js';
import { readSnapshot } from '../orders/read-snapshot.js';
import { UserError } from '../user-error.js';
import { followRun } from './follow-run.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { parseJob } from './patterns.js';
import { chooseTiming } from './profile.js';
import { describeCadence } from './run-memo.js';
import { describeRun, summariseRun } from './run-summary.js';
import { type Session, withStack } from './session.js';
import { startRun } from './start-run.js';
import { ProgressView } from './ui/progress-view.js';
import { wholeNumber } from './whole-number.js';

export interface RunFlags extends OutputOptions {
  readonly detach?: boolean;
  readonly id?: string;
  readonly batchSize: number;
  readonly checkpointEvery: number;
  readonly itemMs?: number;
  readonly pace?: string;
  readonly profile?: string;
}

/** 61 orders take 25 s: an audience can read every line. */
export const stagePaceMs = 400;

export function runCommand(): Command {
  return withOutput(new Command('run'))
    .description('Starts a run and follows it. Ctrl+C stops the following, not the run.')
    .argument('<pattern:job>', 'step:process-orders or enumerator:process-orders')
    .option('--detach', 'start it and return')
    .option('--id <id>', 'the run id; default: the next of orders-step-1, orders-step-2, …')
    .option('--batch-size <n>', 'orders in one transaction', wholeNumber(1, 100_000), 1)
    .option('--checkpoint-every <n>', 'orders that one checkpoint covers', wholeNumber(1), 10)
    .option('--item-ms <ms>', 'pretended work per order', wholeNumber(0, 3_600_000))
    .option('--pace <name>', `stage: ${stagePaceMs} ms of pretended work per order`)
    .option('--profile <name>', 'demo or production; default: demo on the local stack')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff run enumerator:process-orders --checkpoint-every 1 --pace stage',
    )
    .action((word: string, options: RunFlags) => {
      const job = parseJob(word);
      const itemMs = paceOf(options);
      return withStack(async (session) => {
        const timing = chooseTiming(options.profile, session.addresses);
        await refuseWithNothingPending(session);
        const client = await session.temporal();
        const { batchSize, checkpointEvery } = options;
        const workflowId = await startRun(client, {
          ...job,
          workflowId: options.id ?? null,
          batchSize,
          checkpointEvery,
          itemMs,
          timing,
        });
        const output = openOutput(options);
        if (options.detach) {
          const run = await readRun(client, workflowId);
          output.result(`${workflowId} started`, summariseRun(run, new Date()));
          return;
        }
        output.progress(
          `${workflowId}: ${describeCadence({ ...job, batchSize, checkpointEvery, itemMs, profile: timing.profile })}`,
        );
        const view = new ProgressView({ stream: process.stderr, quiet: output.quiet || output.json });
        const run = await followRun({ client, home: session.home, workflowId, view });
        output.result(describeRun(run, new Date()), summariseRun(run, new Date()));
        if (run.state !== 'completed') process.exitCode = 1;
      });
    });
}

function paceOf({ itemMs, pace }: RunFlags): number {
  if (pace === undefined) return itemMs ?? 0;
  if (itemMs !== undefined)
    throw new UserError('--pace and --item-ms say the same thing.', 'Give one of them.', 'usage');
  if (pace !== 'stage')
    throw new UserError(
      `There is no pace '${pace}'.`,
      'Use --pace stage, or --item-ms for one of your own.',
      'usage',
    );
  return stagePaceMs;
}

async function refuseWithNothingPending(session: Session): Promise<void> {
  const { total, pending } = await readSnapshot(await session.orders());
  if (total === 0) throw new UserError('There are no orders.', 'npx leftoff seed --quick');
  if (pending === 0)
    throw new UserError('No order is pending: there is nothing to run.', 'npx leftoff reset');
}
