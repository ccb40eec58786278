/** What a run's memo says about it: shown by every command that shows a run, also with no worker alive. */
import { z } from 'zod';
import { type Timing, timings } from '../continuation/timing.js';
import { describeBounds } from './cadence-words.js';
import { itemOf } from './jobs.js';

const runMemoSchema = z.object({
  pattern: z.string(),
  job: z.string(),
  batchSize: z.int(),
  checkpointEvery: z.union([
    z.int(),
    z.literal('auto'),
    z.object({ redoMs: z.number().optional(), overhead: z.number().optional() }),
  ]),
  itemMs: z.int(),
  profile: z.string(),
  /** Absent in runs of older releases, which kept nothing besides history and heartbeat. */
  store: z.enum(['heartbeat', 'redis', 'postgres']).default('heartbeat'),
  onError: z.enum(['skip', 'fail']).default('skip'),
  /** Left out where the run has none. */
  maxRate: z.number().exactOptional(),
  maxLoad: z.int().exactOptional(),
  maxRuntimeMs: z.int().exactOptional(),
  partitions: z.int().exactOptional(),
  /** The file that is imported. */
  file: z.string().exactOptional(),
  /** The gateway at which orders are charged besides. */
  payments: z.object({ url: z.string(), idempotencyKey: z.enum(['run and order', 'none']) }).exactOptional(),
  /** ISO time of the run's start; a continue-as-new execution has a start of its own. Absent in runs of older releases. */
  startedAt: z.iso.datetime().optional(),
});

export type RunMemo = z.infer<typeof runMemoSchema>;

const unknownRun: RunMemo = {
  pattern: 'unknown',
  job: 'unknown',
  batchSize: 1,
  checkpointEvery: 1,
  itemMs: 0,
  profile: 'unknown',
  store: 'heartbeat',
  onError: 'skip',
};

export function readMemo(memo: unknown): RunMemo {
  return runMemoSchema.safeParse(memo).data ?? unknownRun;
}

/** The cadence in effect, in the words of the pattern's store: what N means there. Fits a line of 80 columns behind 11. */
export function describeCadence({
  pattern,
  job,
  batchSize,
  checkpointEvery,
  profile,
  store,
}: RunMemo): string {
  const item = itemOf(job);
  const transaction = batchSize === 1 ? item : 'transaction';
  if (pattern === 'step') {
    const besides = {
      heartbeat: '',
      redis: `, in Redis with each ${transaction}`,
      postgres: `, in Postgres with each ${transaction}`,
    }[store];
    if (typeof checkpointEvery !== 'number')
      return store === 'postgres'
        ? `a checkpoint in history by time${besides}`
        : `a checkpoint in history${store === 'redis' ? ' and Redis' : ''}, ${describeBounds(checkpointEvery)}`;
    return `a checkpoint in history ${everyItems(checkpointEvery, batchSize, item)}${besides}`;
  }
  if (pattern !== 'enumerator') return 'no checkpoint at all';
  if (store === 'postgres') return `a checkpoint in Postgres with each ${transaction}, in the same commit`;
  const { heartbeatThrottleMs, heartbeatTimeoutMs } = timingOf({ profile });
  if (typeof checkpointEvery !== 'number')
    return store === 'redis'
      ? `a checkpoint in Redis, ${describeBounds(checkpointEvery)}`
      : `a checkpoint by time, the newest sent each ${heartbeatThrottleMs / 1_000} s`;
  const items = everyItems(checkpointEvery, batchSize, item);
  if (store === 'redis') return `a checkpoint in Redis ${items}; the heartbeat has it as well`;
  // What is set within one throttle window replaces what was set before: only the newest is sent.
  const sooner = items === `every ${item}` ? '' : ` or ${heartbeatTimeoutMs / 4_000} s`;
  return `a checkpoint ${items}${sooner}, the newest sent each ${heartbeatThrottleMs / 1_000} s`;
}

/** In whole transactions: a checkpoint falls at the end of the one that reaches N. */
function everyItems(every: number, batchSize: number, item: string): string {
  const covered = Math.ceil(every / batchSize) * batchSize;
  return covered === 1 ? `every ${item}` : `every ${covered} ${item}s`;
}

/** The settings that the run was started under; of one that doesn't say, production's. */
export function timingOf({ profile }: Pick<RunMemo, 'profile'>): Timing {
  return timings[profile === 'demo' ? 'demo' : 'production'];
}

/** How the work is cut, and under which settings. */
export function describeSettings({
  job,
  batchSize,
  itemMs,
  profile,
  onError,
  maxRate,
  maxLoad,
  maxRuntimeMs,
  partitions,
  payments,
}: RunMemo): string {
  const item = itemOf(job);
  return [
    `${batchSize === 1 ? `one ${item}` : `${batchSize} ${item}s`} a transaction`,
    ...(itemMs === 0 ? [] : [`${itemMs} ms of work each`]),
    ...(partitions === undefined ? [] : [`in ${partitions} partitions`]),
    ...(maxRate === undefined ? [] : [`at most ${maxRate}/s`]),
    ...(maxLoad === undefined ? [] : [`waits at ${maxLoad} busy connections`]),
    ...(maxRuntimeMs === undefined ? [] : [`in slices of ${maxRuntimeMs / 1_000} s`]),
    ...(payments === undefined ? [] : [describePayments(payments)]),
    ...(onError === 'fail' ? ['fails on an item error'] : []),
    `profile ${profile}`,
  ].join(', ');
}

function describePayments({ url, idempotencyKey }: NonNullable<RunMemo['payments']>): string {
  return `pays at ${new URL(url).host} ${idempotencyKey === 'none' ? 'without keys' : 'with a key an order'}`;
}
