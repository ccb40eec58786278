/** `leftoff checkpoints`: a run's checkpoints, from history over the whole chain, and the live one; no worker needed. */
import { Command } from 'commander';
import {
  isEnded,
  type RecordedCheckpoint,
  type RunHistory,
  readCheckpoints,
} from '../continuation/inspection/index.js';
import { listWorkers } from '../worker/worker-record.js';
import { describeCadenceNow } from './cadence-words.js';
import { findRun, runWord } from './find-run.js';
import { describePlace } from './jobs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { describeCadence, describeSettings, readMemo } from './run-memo.js';
import { withRunStores } from './run-stores.js';
import { counted } from './run-summary.js';
import { withTemporal } from './session.js';
import { table } from './ui/table.js';
import { wrapBehind } from './ui/wrap-text.js';
import { noWorker, workersAlive } from './workers-alive.js';

/** Fits a screen below the summary. */
const shownByDefault = 10;

export function checkpointsCommand(): Command {
  return withOutput(new Command('checkpoints'))
    .description(
      'Reads the checkpoints of a run back: from Workflow history over all its executions, and what is live (heartbeat details, Redis, Postgres). Needs no worker.',
    )
    .argument('[run]', 'run id or a unique prefix; default: the newest', runWord)
    .option('--all', `show all of them, not the newest ${shownByDefault}`)
    .addHelpText('after', '\nExample:\n  leftoff checkpoints orders-step-3')
    .action((word: string | undefined, options: OutputOptions & { all?: boolean }) =>
      withTemporal(async ({ client, home }) => {
        const workflowId = await findRun(client, word);
        const history = await withRunStores(client, workflowId, (stores) =>
          readCheckpoints(client, workflowId, { stores }),
        );
        const output = openOutput(options);
        output.result(
          describeCheckpoints(history, options.all ? Number.POSITIVE_INFINITY : shownByDefault),
          toJson(history),
        );
        for (const store of history.run.storesAway)
          output.progress(
            `${store} does not answer: the newest checkpoint may be in it (npx leftoff verify)`,
          );
        if (!isEnded(history.run.state) && (await workersAlive(client, await listWorkers(home))).length === 0)
          output.progress(noWorker);
      }),
    );
}

function toJson({ run, executions, checkpoints }: RunHistory) {
  const entries = checkpoints.map(checkpointJson);
  return {
    workflowId: run.workflowId,
    pattern: readMemo(run.memo).pattern,
    executions: executions.map(({ runId, events, bytes, startedBy, partition }) => ({
      ...{ runId, events, bytes, startedBy },
      ...(partition === undefined ? {} : { partition }),
    })),
    checkpoints: entries,
    latest: entries.at(-1) ?? null,
  };
}

function checkpointJson({ source, cursor, counts, at, runId, eventId, partition }: RecordedCheckpoint) {
  return {
    ...{ source, cursor, ...counts, at: at?.toISOString() ?? null, runId, eventId },
    ...(partition === undefined ? {} : { partition }),
  };
}

/** What people read: the executions in a line, the newest checkpoints, and what the latest one means. */
export function describeCheckpoints({ run, executions, checkpoints }: RunHistory, most: number): string {
  const memo = readMemo(run.memo);
  const events = executions.reduce((sum, execution) => sum + execution.events, 0);
  const bytes = executions.reduce((sum, execution) => sum + execution.bytes, 0);
  const head = [
    `${run.workflowId}  ${run.state}  (${memo.pattern}, ${memo.job})`,
    `  ${counted(executions.length, 'execution')}, ${counted(events, 'history event')}, ${Math.ceil(bytes / 1024)} KiB`,
    `  cadence: ${describeCadence(memo)}`,
    ...(run.cadence === null ? [] : [wrapBehind('           ', describeCadenceNow(memo, run.cadence))]),
    wrapBehind('           ', describeSettings(memo)),
  ];
  const shown = checkpoints.slice(Math.max(0, checkpoints.length - most));
  if (shown.length === 0) return [...head, '', ...meaning(run)].join('\n');
  const hidden = checkpoints.length - shown.length;
  const split = shown.some(({ partition }) => partition !== undefined);
  const rows = shown.map((checkpoint) => [
    ...(split ? [partitionNumber(checkpoint)] : []),
    JSON.stringify(checkpoint.cursor),
    String(checkpoint.counts.processed),
    String(checkpoint.counts.failed),
    String(checkpoint.counts.revisited),
    checkpoint.at?.toISOString().slice(11, 23) ?? '–',
    describeSource(checkpoint),
  ]);
  const drawn = table(
    [
      ...(split ? [{ title: 'part', align: 'right' } as const] : []),
      { title: 'cursor', align: 'right' },
      { title: 'processed', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'revisited', align: 'right' },
      { title: 'at (UTC)' },
      { title: 'source' },
    ],
    rows,
  );
  return [
    ...head,
    '',
    ...(hidden > 0 ? [`  … ${hidden} earlier ones (--all shows them)`] : []),
    drawn,
    '',
    ...meaning(run),
  ].join('\n');
}

function partitionNumber({ partition }: RecordedCheckpoint): string {
  return partition === undefined ? '' : partition.slice(partition.lastIndexOf('/') + 1);
}

function describeSource({ source, eventId }: RecordedCheckpoint): string {
  return eventId === null ? `${source}, live` : `${source}, event ${eventId}`;
}

/** What the latest checkpoint is good for, as the run stands. */
function meaning({ state, latest, cursor, failure, memo, partitions }: RunHistory['run']): string[] {
  const place = cursor === null ? '' : describePlace(readMemo(memo).job, cursor);
  const kept = keptIn(latest);
  switch (state) {
    case 'running':
    case 'pausing':
    case 'paused':
    case 'unpausing':
    case 'cancelling':
      if (partitions.length > 0)
        return [
          `  a new worker goes on strictly after the newest checkpoint of each of ${counted(partitions.length, 'partition')}`,
        ];
      return cursor === null
        ? ['  no checkpoint yet: a new worker starts at the beginning']
        : [
            `  latest: ${place}, kept in ${kept}`,
            state === 'paused'
              ? '  unpaused, it goes on strictly after it'
              : '  a new worker goes on strictly after it',
          ];
    case 'completed':
      return ['  the run is completed: nothing is left to go on with'];
    case 'failed':
      return [wrapBehind('  ', `the run failed: ${failure ?? 'no reason given'}`)];
    case 'cancelled':
      return [`  the run was ended${cursor === null ? ' before any checkpoint' : ` after ${place}`}`];
  }
}

function keptIn(latest: RecordedCheckpoint | null): string {
  if (latest === null || latest.eventId !== null) return 'Workflow history';
  return latest.source === 'heartbeat'
    ? 'pending Activity state, not history'
    : `${latest.source}, not history`;
}
