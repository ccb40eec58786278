/**
 * Records the histories that replay-ends.unit.test.ts replays: runs that end in ways for which later releases have later rules.
 * So it is run in a checkout of the release before such a rule, with this file and recorded-jobs.ts copied there:
 * `npx tsx test/continuation/steps/record-ends.ts FOLDER`
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { Batch, BatchStart, IterationOutcome } from '../../../src/continuation/checkpoint.js';
import { firstCheckpoint, noCounts } from '../../../src/continuation/checkpoint.js';
import { writeHistory } from '../../workflows/history-file.js';
import { taskQueue, timeSkipping } from '../../workflows/time-skipping.js';

const activities = {
  async chargeBatch({ cursor: after }: BatchStart<number>): Promise<Batch<number>> {
    const report = { type: 'leftoff.batch', after, counts: noCounts, total: null, attempt: 1 } as const;
    if (after === null) return { ...report, kind: 'advanced', reason: null, cursor: 3, store: 'memory' };
    await untilCancelled();
    return { ...report, kind: 'interrupted', reason: 'cancelled', cursor: 5, store: 'memory' };
  },
  tell: async (): Promise<void> => undefined,
  async chargeEach({
    args,
  }: {
    readonly args: { readonly untilCancelled: boolean };
  }): Promise<IterationOutcome> {
    const checkpoint = { ...firstCheckpoint, sequence: 5, cursor: 5 };
    const report = { type: 'leftoff.iteration', checkpoint, store: 'memory' } as const;
    if (!args.untilCancelled) return { ...report, kind: 'throttled', waitMs: 24 * 3_600_000 };
    await untilCancelled();
    return { ...report, kind: 'interrupted', reason: 'cancelled' };
  },
};

export type RecordedActivities = typeof activities;

/** Waits until it is cancelled, which its heartbeats are told. */
async function untilCancelled(): Promise<void> {
  const { heartbeat, cancelled } = Context.current();
  const beat = setInterval(() => heartbeat(), 20);
  await cancelled.catch(() => undefined);
  clearInterval(beat);
}

type EventOf = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** Each with the event after which it is cancelled, and how often that comes before; none: it ends by itself. */
const recordings: readonly {
  readonly name: string;
  readonly workflow: string;
  readonly args: readonly unknown[];
  readonly cancelledAfter?: readonly [keyof EventOf, number];
}[] = [
  {
    name: 'batches-cancelled',
    workflow: 'chargeInBatches',
    args: [],
    cancelledAfter: ['activityTaskScheduledEventAttributes', 2],
  },
  {
    name: 'iteration-cancelled',
    workflow: 'chargeEach',
    args: [{ untilCancelled: true }],
    cancelledAfter: ['activityTaskScheduledEventAttributes', 1],
  },
  {
    name: 'iteration-cancelled-throttled',
    workflow: 'chargeEach',
    args: [{ untilCancelled: false }],
    cancelledAfter: ['timerStartedEventAttributes', 1],
  },
  { name: 'partition-mistaken', workflow: 'mistakenAboutOne', args: [] },
];

const [folder = '.'] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const server = await timeSkipping('../continuation/steps/recorded-jobs.ts');
await server.startWorker(activities);
for (const { name, workflow, args, cancelledAfter } of recordings) {
  const handle = await server.environment.client.workflow.start(workflow, {
    taskQueue,
    workflowId: name,
    args: [...args],
  });
  if (cancelledAfter !== undefined) {
    const [attributes, times] = cancelledAfter;
    for (let seen = 0; seen < times; ) {
      const { events } = await handle.fetchHistory();
      seen = (events ?? []).filter((event) => event[attributes] != null).length;
    }
    await handle.cancel();
  }
  await handle.result().catch(() => undefined);
  const history = await handle.fetchHistory();
  // A machine's name has no business in a recording.
  for (const attributes of (history.events ?? []).flatMap((event) => Object.values(event)))
    if (hasIdentity(attributes)) attributes.identity = 'recorder';
  await writeHistory(join(folder, `${name}.history.json`), history);
  process.stderr.write(`${name}: ${history.events?.at(-1)?.eventType}\n`);
}
await server.tearDown();

function hasIdentity(attributes: unknown): attributes is { identity: string } {
  return typeof attributes === 'object' && attributes !== null && 'identity' in attributes;
}
