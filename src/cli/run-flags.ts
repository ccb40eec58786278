/** The options that say how a run works, for every command that starts one, and what they come to. */
import type { Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { CheckpointEvery } from '../continuation/checkpoint-cadence.js';
import type { Timing } from '../continuation/timing.js';
import { readSnapshot } from '../orders/read-snapshot.js';
import type { Payments } from '../payments/payment-call.js';
import { UserError } from '../user-error.js';
import type { OnItemError, StoreName } from '../workflows/job-settings.js';
import { type CadenceFlags, readCadenceFlags, withCadenceFlags } from './cadence-flags.js';
import type { JobInPattern } from './jobs.js';
import { readPayments, refuseDeafGateway } from './payments-flag.js';
import { readProfile } from './profile.js';
import { refuseEndlessWork } from './refuse-endless-work.js';
import type { Session } from './session.js';
import { stagePaceMs } from './stage-pace.js';
import { wholeNumber } from './whole-number.js';

export interface RunFlags extends CadenceFlags {
  readonly batchSize: number;
  readonly itemMs?: number;
  readonly pace?: string;
  readonly profile?: string;
  readonly store: StoreName;
  readonly onError: OnItemError;
  readonly partitions?: number;
  readonly maxRate?: number;
  readonly maxLoad?: number;
  /** Seconds. */
  readonly maxRuntime?: number;
  readonly file?: string;
  readonly payments?: string;
  readonly idempotencyKey: boolean;
}

/** A run's settings, but for the timing, which depends on the stack. */
export interface RunSettings {
  readonly batchSize: number;
  readonly checkpointEvery: CheckpointEvery;
  readonly itemMs: number;
  readonly store: StoreName;
  readonly onError: OnItemError;
  readonly partitions?: number | undefined;
  readonly maxRate?: number | undefined;
  readonly maxLoad?: number | undefined;
  readonly maxRuntimeMs?: number | undefined;
  readonly file?: string | undefined;
  readonly payments?: Payments | undefined;
}

export function withRunFlags(command: Command): Command {
  return withCadenceFlags(
    command.option('--batch-size <n>', 'items in one transaction', wholeNumber(1, 100_000), 1),
  )
    .option('--item-ms <ms>', 'pretended work per item', wholeNumber(0, 3_600_000))
    .option('--pace <name>', `stage: ${stagePaceMs} ms of pretended work per item`)
    .addOption(
      new Option('--store <name>', 'where checkpoints are kept besides history and heartbeat')
        .choices(['heartbeat', 'redis', 'postgres'])
        .default('heartbeat'),
    )
    .addOption(
      new Option(
        '--on-error <policy>',
        'an item that fails: skip records the reason and goes on, fail tries it again, then fails the run',
      )
        .choices(['skip', 'fail'])
        .default('skip'),
    )
    .option('--partitions <n>', 'split the run over n child Workflows by key range', wholeNumber(2, 1_000))
    .option('--max-rate <n>', 'items a second, at the most', wholeNumber(1, 1_000_000))
    .option(
      '--max-load <n>',
      'wait while Postgres has more busy connections than this',
      wholeNumber(1, 10_000),
    )
    .option(
      '--max-runtime <s>',
      'give the place at a worker to others after so many seconds',
      wholeNumber(1, 86_400),
    )
    .option('--file <path>', 'the CSV file of import-orders')
    .option(
      '--payments <url>',
      'charge each order at a payment gateway too, before its transaction: npx leftoff gateway starts one',
    )
    .option('--no-idempotency-key', 'send the gateway no key: an order that is met again is paid twice')
    .option('--profile <name>', 'demo or production; default: demo on the local stack');
}

/** What the flags come to. @throws UserError (usage) for those that contradict each other, or the job */
export function readRunFlags(
  job: JobInPattern,
  flags: RunFlags,
): { readonly settings: RunSettings; readonly profile: Timing['profile'] | null } {
  const { batchSize, store, onError, partitions, maxRate, maxLoad, maxRuntime, file } = flags;
  const checkpointEvery = readCadenceFlags(flags);
  const itemMs = paceOf(flags);
  refuseEndlessWork(itemMs, batchSize);
  if (partitions !== undefined && job.partitionedType === null)
    throw new UserError(
      `${job.job} reads one file from its beginning to its end: it can't be split.`,
      'Leave out --partitions.',
      'usage',
    );
  if (job.job === 'import-orders' && file === undefined)
    throw new UserError(
      'Which file? import-orders needs one.',
      'For example: npx leftoff run step:import-orders --file orders.csv',
      'usage',
    );
  if (job.job !== 'import-orders' && file !== undefined)
    throw new UserError(`${job.job} reads no file.`, 'Leave out --file, or run import-orders.', 'usage');
  const settings = {
    ...{ batchSize, checkpointEvery, itemMs, store, onError, partitions, maxRate, maxLoad },
    maxRuntimeMs: maxRuntime === undefined ? undefined : maxRuntime * 1_000,
    file: file === undefined ? undefined : resolve(file),
    payments: readPayments(job, flags),
  };
  return { settings, profile: readProfile(flags.profile) };
}

/** Refuses a run that has nothing to do, or not what it needs. @throws UserError with the mend */
export async function refuseWithoutWork(
  session: Session,
  { job }: JobInPattern,
  { store, file, payments }: RunSettings,
): Promise<void> {
  if (store === 'redis' && session.addresses.redis === null)
    throw new UserError(
      'There is no Redis to keep checkpoints in.',
      'npx leftoff up starts one where this machine has it, or set REDIS_URL.',
    );
  if (payments !== undefined) await refuseDeafGateway(payments);
  if (job === 'import-orders') return refuseUnreadable(file ?? '');
  const { total, pending } = await readSnapshot(await session.orders());
  if (total === 0) throw new UserError('There are no orders.', 'npx leftoff seed --quick');
  if (job === 'process-orders' && pending === 0)
    throw new UserError('No order is pending: there is nothing to run.', 'npx leftoff reset');
}

async function refuseUnreadable(file: string): Promise<void> {
  const found = await readable(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} can't be read: ${why}.`, 'Name a file that exists.', 'failed', {
      cause: error,
    });
  });
  // A pipe would hold the worker until somebody writes into it, and can't be read from the middle.
  if (!found.isFile())
    throw new UserError(`${file} is no regular file: a run could not resume in it.`, 'Name a file of rows.');
}

async function readable(file: string): Promise<Stats> {
  await access(file, constants.R_OK);
  return stat(file);
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
