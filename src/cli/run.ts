/** `leftoff run`: starts a run and follows it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type RunState, readRun } from '../continuation/inspection/index.js';
import { readSnapshot } from '../orders/read-snapshot.js';
import { UserError } from '../user-error.js';
import type { StoreName } from '../workflows/process-orders-input.js';
import { type Following, followRun } from './follow-run.js';
import { interruptible } from './interruptible.js';
import { type Output, type OutputOptions, openOutput, withOutput } from './output.js';
import { parseJob } from './patterns.js';
import { chooseTiming, readProfile } from './profile.js';
import { refuseEndlessWork } from './refuse-endless-work.js';
import { describeCadence, describeSettings } from './run-memo.js';
import { describeRun, summariseRun } from './run-summary.js';
import { type Session, withStack } from './session.js';
import { stagePaceMs } from './stage-pace.js';
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
  readonly store: StoreName;
}

export function runCommand(): Command {
  return withOutput(new Command('run'))
    .description('Starts a run and follows it. Ctrl+C stops the following, not the run.')
    .argument('<pattern:job>', 'step:process-orders or enumerator:process-orders')
    .option('--detach', 'start it and return')
    .option('--id <id>', 'the run id; default: the next of orders-step-1, orders-step-2, …', runId)
    .option('--batch-size <n>', 'orders in one transaction', wholeNumber(1, 100_000), 1)
    .option('--checkpoint-every <n>', 'orders that one checkpoint covers', wholeNumber(1), 10)
    .option('--item-ms <ms>', 'pretended work per order', wholeNumber(0, 3_600_000))
    .option('--pace <name>', `stage: ${stagePaceMs} ms of pretended work per order`)
    .addOption(
      new Option('--store <name>', 'where checkpoints are kept besides history and heartbeat')
        .choices(['heartbeat', 'redis', 'postgres'])
        .default('heartbeat'),
    )
    .option('--profile <name>', 'demo or production; default: demo on the local stack')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff run enumerator:process-orders --checkpoint-every 1 --pace stage',
    )
    .action((word: string, options: RunFlags) => {
      const job = parseJob(word);
      const itemMs = paceOf(options);
      refuseEndlessWork(itemMs, options.batchSize);
      const profile = readProfile(options.profile);
      const output = openOutput(options);
      return interruptible((signal) =>
        withStack(async (session) => {
          const timing = chooseTiming(profile, session.addresses);
          await refuseWithNothingPending(session);
          refuseWithoutRedis(options.store, session);
          const client = await session.temporal();
          const { batchSize, checkpointEvery, store } = options;
          const workflowId = await startRun(client, await session.orders(), {
            ...job,
            workflowId: options.id ?? null,
            batchSize,
            checkpointEvery,
            itemMs,
            timing,
            store,
          });
          if (options.detach) {
            const run = await readRun(client, workflowId);
            output.result(`${workflowId} started`, summariseRun(run, new Date()));
            return;
          }
          const memo = { ...job, batchSize, checkpointEvery, itemMs, profile: timing.profile, store };
          output.progress(`${workflowId}: ${describeSettings(memo)}\n  ${describeCadence(memo)}`);
          const run = await followOnScreen({ client, home: session.home, workflowId, signal }, output);
          output.result(describeRun(run, new Date()), summariseRun(run, new Date()));
          if (run.state !== 'completed') process.exitCode = 1;
        }),
      );
    });
}

async function followOnScreen(following: Omit<Following, 'view'>, output: Output): Promise<RunState> {
  const view = new ProgressView({ stream: process.stderr, quiet: output.quiet });
  try {
    return await followRun({ ...following, view });
  } catch (error) {
    if (following.signal.aborted)
      output.progress(`${following.workflowId} goes on; npx leftoff status tells where it is`);
    throw error;
  }
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

function refuseWithoutRedis(store: StoreName, { addresses }: Session): void {
  if (store !== 'redis' || addresses.redis !== null) return;
  throw new UserError(
    'There is no Redis to keep checkpoints in.',
    'npx leftoff up starts one where this machine has it, or set REDIS_URL.',
  );
}

/** What can be given to every other command again, and fits a line with the rest. */
function runId(text: string): string {
  if (/^[\w.:-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 40 letters, digits or any of _ . : -');
}
