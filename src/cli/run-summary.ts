/** A run's state as the CLI tells it: the JSON that scripts rely on, and the lines for people. */
import { z } from 'zod';
import type { Resumption } from '../continuation/checkpoint.js';
import type { CadenceShown, CheckpointEvery } from '../continuation/checkpoint-cadence.js';
import type { JsonValue } from '../continuation/cursor.js';
import {
  isEnded,
  type PendingWork,
  type RunState,
  type RunStateName,
} from '../continuation/inspection/index.js';
import { describeCadenceNow } from './cadence-words.js';
import { describePlace, itemOf } from './jobs.js';
import { describeCadence, describeSettings, readMemo } from './run-memo.js';
import { describeSeconds } from './ui/rate-meter.js';
import { wrapBehind } from './ui/wrap-text.js';

/** The newest ones; a run that is interrupted all the time must not push its state off the screen. */
const resumptionsShown = 5;

export interface RunSummary {
  readonly workflowId: string;
  readonly pattern: string;
  readonly job: string;
  readonly state: RunStateName;
  readonly total: number | null;
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
  /** Selected by this run, and done by another one before this run got there; known at the end. */
  readonly doneByOthers: number;
  readonly cursor: JsonValue;
  readonly resumptions: number;
  readonly executions: number;
  readonly checkpoints: number;
  readonly durationMs: number;
  readonly checkpointEvery: CheckpointEvery;
  /** The cadence in force, where it goes by time; null: it doesn't, or nothing was measured yet. */
  readonly cadence: CadenceShown | null;
  readonly batchSize: number;
  readonly profile: string;
  /** Where checkpoints are kept besides history and heartbeat. */
  readonly store: string;
  /** Every time that work was picked up again: after what, from which source, at what price. */
  readonly attempts: readonly Resumption[];
  /** Of a partitioned run, each partition that has begun. */
  readonly partitions: readonly PartitionSummary[];
  /** Why it failed; null unless it did. */
  readonly failure: string | null;
}

interface PartitionSummary
  extends Pick<
    RunSummary,
    'workflowId' | 'state' | 'total' | 'processed' | 'failed' | 'revisited' | 'cursor'
  > {}

export function summariseRun(run: RunState, now: Date): RunSummary {
  const { pattern, job, checkpointEvery, batchSize, profile, store } = readMemo(run.memo);
  return {
    workflowId: run.workflowId,
    pattern,
    job,
    state: run.state,
    total: run.total,
    ...run.counts,
    revisited: revisitedIn(run),
    doneByOthers: doneByOthersIn(run),
    cursor: run.cursor,
    resumptions: run.resumptionCount,
    executions: run.executions,
    checkpoints: run.checkpoints,
    durationMs: (run.closedAt ?? now).getTime() - run.firstStartedAt.getTime(),
    checkpointEvery,
    cadence: run.cadence,
    batchSize,
    profile,
    store,
    attempts: run.resumptions,
    partitions: run.partitions.map(({ workflowId, state, total, counts, cursor }) => ({
      ...{ workflowId, state, total, ...counts, cursor },
    })),
    failure: run.failure,
  };
}

const reportSchema = z.object({ revisited: z.int().nonnegative() });

/**
 * At the end what the job's report counted in the database. Before it what is known so far, at the least: an attempt that is lost, or a
 * worker that wakes up late, can't say what it met again.
 */
function revisitedIn({ result, counts }: RunState): number {
  return reportSchema.safeParse(result).data?.revisited ?? counts.revisited;
}

/** A completed run has passed every order that it selected: what it didn't do itself, it found done. */
function doneByOthersIn({ state, total, counts, memo }: RunState): number {
  // A file's rows are nobody else's, and its total is its lines, of which a broken row may have several.
  if (state !== 'completed' || total === null || readMemo(memo).job === 'import-orders') return 0;
  return Math.max(0, total - counts.processed - counts.failed);
}

/** For people; every line fits 80 columns. */
export function describeRun(run: RunState, now: Date): string {
  const summary = summariseRun(run, now);
  const memo = readMemo(run.memo);
  const done = summary.processed + summary.failed;
  const lines = [
    `${summary.workflowId}  ${summary.state}  (${summary.pattern}, ${summary.job})`,
    `  ${done}${summary.total === null ? '' : ` of ${summary.total}`} ${plural(itemOf(summary.job))}: processed ${summary.processed}, failed ${summary.failed}, revisited ${summary.revisited}`,
    `  ${describeWhere(run, summary.job)}; ${counted(summary.checkpoints, 'checkpoint')}, ${counted(summary.executions, 'execution')}, ${describeSeconds(summary.durationMs / 1_000)}`,
    `  cadence: ${describeCadence(memo)}`,
    ...(run.cadence === null ? [] : [wrapBehind('           ', describeCadenceNow(memo, run.cadence))]),
    wrapBehind('           ', describeSettings(memo)),
    ...summary.attempts
      .slice(-resumptionsShown)
      .map((resumption) => `  ${describeResumption(resumption, summary.job)}`),
  ];
  if (!isEnded(run.state))
    lines.push(...run.partitions.map((part) => `  ${describePartition(part, summary.job)}`));
  if (summary.doneByOthers > 0)
    lines.push(
      `  ${counted(summary.doneByOthers, itemOf(summary.job))} of its selection had been done by other runs`,
    );
  if (summary.failure !== null) lines.push(wrapBehind('  failed: ', summary.failure));
  if (!isEnded(run.state)) lines.push(...run.pending.flatMap((work) => describePending(run, work)));
  return lines.join('\n');
}

/** Of a partitioned run each partition has a place of its own. */
export function describeWhere({ cursor, partitions }: RunState, job: string): string {
  if (partitions.length === 0) return describeCursor(cursor, job);
  const done = partitions.filter(({ state }) => state === 'completed').length;
  return `${done} of ${counted(partitions.length, 'partition')} done`;
}

function describePartition({ workflowId, state, counts, total, cursor }: RunState, job: string): string {
  const done = counts.processed + counts.failed;
  return `${workflowId.slice(workflowId.lastIndexOf('/'))}  ${state}, ${done}${total === null ? '' : ` of ${total}`}, ${describeCursor(cursor, job)}`;
}

function describePending(
  { workflowId }: RunState,
  { activityId, lastFailure, attempt, state }: PendingWork,
): string[] {
  if (state === 'paused')
    return [
      '  paused by the server; it goes on when it is unpaused, in the Web UI or by',
      `  temporal activity unpause --workflow-id ${workflowId} --activity-id ${activityId}`,
    ];
  return lastFailure === null
    ? []
    : [wrapBehind('  ', `attempt ${attempt} is ${state} after: ${lastFailure}`)];
}

export function describeResumption(
  { resumedAfter, source, attempt, revisited }: Resumption,
  job = 'process-orders',
): string {
  const where = resumedAfter === null ? 'from the beginning' : `after ${describePlace(job, resumedAfter)}`;
  const kept = resumedAfter === null ? 'no checkpoint yet' : `from ${source}`;
  return `resumed ${where} (${kept}, attempt ${attempt}), ${revisited} revisited`;
}

export function describeCursor(cursor: JsonValue, job = 'process-orders'): string {
  return cursor === null ? 'no checkpoint yet' : `checkpoint: ${describePlace(job, cursor)}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  return `${noun}s`;
}
