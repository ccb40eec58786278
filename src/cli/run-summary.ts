/** A run's state as the CLI tells it: the JSON that scripts rely on, and the lines for people. */
import type { Resumption } from '../continuation/checkpoint.js';
import type { JsonValue } from '../continuation/cursor.js';
import type { RunState, RunStateName } from '../continuation/inspection/index.js';
import { describeCadence, readMemo } from './run-memo.js';

export interface RunSummary {
  readonly workflowId: string;
  readonly pattern: string;
  readonly job: string;
  readonly state: RunStateName;
  readonly total: number | null;
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
  readonly cursor: JsonValue;
  readonly resumptions: number;
  readonly executions: number;
  readonly checkpoints: number;
  readonly durationMs: number;
  readonly checkpointEvery: number;
  readonly batchSize: number;
  readonly profile: string;
  /** Every time that work was picked up again: after what, from which source, at what price. */
  readonly attempts: readonly Resumption[];
  /** Why it failed; null unless it did. */
  readonly failure: string | null;
}

export function summariseRun(run: RunState, now: Date): RunSummary {
  const { pattern, job, checkpointEvery, batchSize, profile } = readMemo(run.memo);
  return {
    workflowId: run.workflowId,
    pattern,
    job,
    state: run.state,
    total: run.total,
    ...run.counts,
    cursor: run.cursor,
    resumptions: run.resumptionCount,
    executions: run.executions,
    checkpoints: run.checkpoints,
    durationMs: (run.closedAt ?? now).getTime() - run.firstStartedAt.getTime(),
    checkpointEvery,
    batchSize,
    profile,
    attempts: run.resumptions,
    failure: run.failure,
  };
}

export function describeRun(run: RunState, now: Date): string {
  const summary = summariseRun(run, now);
  const done = summary.processed + summary.failed;
  const lines = [
    `${summary.workflowId}  ${summary.state}  (${summary.pattern}, ${summary.job}, profile ${summary.profile})`,
    `  ${done}${summary.total === null ? '' : ` of ${summary.total}`} orders: processed ${summary.processed}, failed ${summary.failed}, revisited ${summary.revisited}`,
    `  ${describeCursor(summary.cursor)}; ${counted(summary.checkpoints, 'checkpoint')}, ${counted(summary.executions, 'execution')}`,
    `  cadence: ${describeCadence(readMemo(run.memo))}`,
    ...summary.attempts.slice(-5).map((resumption) => `  ${describeResumption(resumption)}`),
  ];
  if (summary.failure !== null) lines.push(`  failed: ${summary.failure}`);
  for (const { lastFailure, attempt } of run.pending) {
    if (lastFailure !== null && run.state === 'running')
      lines.push(`  attempt ${attempt} is under way after: ${lastFailure}`);
  }
  return lines.join('\n');
}

export function describeResumption({ resumedAfter, source, attempt, revisited }: Resumption): string {
  const where = resumedAfter === null ? 'from the beginning' : `after order ${JSON.stringify(resumedAfter)}`;
  const kept = source === 'start' ? 'no checkpoint yet' : `checkpoint from ${source}`;
  return `resumed ${where} (${kept}, attempt ${attempt}), ${revisited} revisited`;
}

export function describeCursor(cursor: JsonValue): string {
  return cursor === null ? 'no checkpoint yet' : `checkpoint: order ${JSON.stringify(cursor)}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
