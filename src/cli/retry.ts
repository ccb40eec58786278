/** `leftoff retry`: a failed run goes on where it was; or what failed in a run is done by another one. */
import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { isEnded, type RunState, readRun } from '../continuation/inspection/index.js';
import { startAgain } from '../continuation/operation/index.js';
import { clearEndedMark } from '../orders/mark-runs-ended.js';
import { exchangedSince } from '../orders/orders-exchanged.js';
import type { Queryable } from '../orders/queryable.js';
import { requeueFailed } from '../orders/requeue-failed.js';
import { UserError } from '../user-error.js';
import { findRun, runWord } from './find-run.js';
import { followOnScreen } from './follow-on-screen.js';
import { interruptible } from './interruptible.js';
import { isOurs, jobIn, patternSchema } from './jobs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { readMemo, timingOf } from './run-memo.js';
import { counted, describeCursor, summariseRun } from './run-summary.js';
import { type Session, withStack } from './session.js';
import { startRun } from './start-run.js';

interface RetryFlags extends OutputOptions {
  readonly failedItems?: boolean;
  readonly detach?: boolean;
}

export function retryCommand(): Command {
  return withOutput(new Command('retry'))
    .description(
      'Starts a failed run again from its checkpoint, once its cause is mended. With --failed-items another run does what failed in this one.',
    )
    .argument('[run]', 'run id or a unique prefix; default: the newest', runWord)
    .option('--failed-items', 'set its failed orders back to pending, and start a run over them')
    .option('--detach', 'start it and return')
    .addHelpText('after', '\nExample:\n  leftoff retry orders-step-3')
    .action((word: string | undefined, options: RetryFlags) => {
      const output = openOutput(options);
      return interruptible((signal) =>
        withStack(async (session) => {
          const client = await session.temporal();
          const asked = await findRun(client, word);
          const start = options.failedItems ? startOverFailed : startFailed;
          const { workflowId, words } = await start(session, client, asked);
          if (!options.detach) {
            output.progress(words);
            return followOnScreen({ client, home: session.home, workflowId, signal }, output);
          }
          const run = await readRun(client, workflowId);
          output.result(words, summariseRun(run, new Date()));
        }),
      );
    });
}

interface Started {
  readonly workflowId: string;
  readonly words: string;
}

async function startFailed(session: Session, client: Client, workflowId: string): Promise<Started> {
  const failed = await readRun(client, workflowId);
  const orders = await session.orders();
  if (failed.state === 'failed') {
    await refusePlaceInOtherOrders(orders, failed);
    await clearEndedMark(orders, workflowId);
  }
  const started = await startAgain(client, workflowId);
  if (started.kind === 'refused')
    throw new UserError(
      `${workflowId} ${started.why}.`,
      failed.counts.failed > 0 && isEnded(failed.state)
        ? `What failed in it is done by: npx leftoff retry ${workflowId} --failed-items`
        : `npx leftoff status ${workflowId}`,
    );
  const { job } = readMemo(failed.memo);
  const place =
    started.from === 'beginning'
      ? 'from its beginning: its failure kept no place'
      : describeCursor(failed.cursor, job);
  return { workflowId, words: `${workflowId} started again; ${place}` };
}

/** Its place would be one among orders that it never met: what is before it would be left out, and nobody told. */
async function refusePlaceInOtherOrders(orders: Queryable, failed: RunState): Promise<void> {
  const { workflowId, firstStartedAt } = failed;
  const { job, startedAt, pattern } = readMemo(failed.memo);
  if (!isOurs(failed.workflowType)) return;
  const since = startedAt === undefined ? firstStartedAt : new Date(startedAt);
  const how = await exchangedSince(orders, { job, since });
  if (how === null) return;
  const file = job === 'import-orders' ? ' --file <path>' : '';
  throw new UserError(
    `${workflowId} can't go on where it was: its orders were ${how} since.`,
    `Start a new run: npx leftoff run ${pattern}:${job}${file}`,
  );
}

async function startOverFailed(session: Session, client: Client, workflowId: string): Promise<Started> {
  const run = await readRun(client, workflowId);
  if (!isEnded(run.state))
    throw new UserError(
      `${workflowId} is ${run.state}: what fails in it may not be known yet.`,
      `npx leftoff cancel ${workflowId}, or wait for its end.`,
    );
  const { pattern, job, startedAt: _, profile, partitions: __, ...settings } = readMemo(run.memo);
  if (job !== 'process-orders')
    throw new UserError(
      `What failed in a run of ${job} is not kept as items.`,
      job === 'import-orders'
        ? 'Correct the rows in the file, and import it again: what is there already is recognised.'
        : `npx leftoff retry ${workflowId}`,
    );
  const next = {
    ...jobIn(patternSchema.parse(pattern), job),
    ...settings,
    timing: timingOf({ profile }),
    workflowId: null,
  };
  const orders = await session.orders();
  const requeued = await requeueFailed(orders, { runId: workflowId });
  if (requeued.orders === 0)
    throw new UserError(`No order of ${workflowId} has failed.`, `npx leftoff status ${workflowId}`);
  const words = `${counted(requeued.orders, 'failed order')} set back`;
  try {
    const started = await startRun(client, orders, next);
    return { workflowId: started, words: `${words}; ${started} started` };
  } catch (error) {
    throw new UserError(
      `${words}, but no run could be started over them.`,
      `npx leftoff run ${pattern}:${job} takes them up.`,
      'failed',
      { cause: error },
    );
  }
}
