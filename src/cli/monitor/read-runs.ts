/**
 * The runs, out of Temporal and their stores: the open ones, and those that ended last. Needs no worker.
 *
 * R1  A run that has not moved since it was read is not read again: at rest a reading is two lists and a look at each open run.
 * R2  A partitioned run is read with its partitions, as one.
 * R3  Bounded: however many runs there are, the newest are read, and the others counted.
 */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { type RunState, readRun } from '../../continuation/inspection/index.js';
import type { StackParts } from '../../stack/find-stack.js';
import { taskQueue } from '../../worker/task-queue.js';
import { noPartitions, startOf } from '../find-run.js';
import { readMemo } from '../run-memo.js';
import { findWorkersOfOtherMachines } from '../workers-alive.js';
import type { HeldStores } from './held-stores.js';
import { paceKeeper } from './pace-keeper.js';
import type { RunRead, RunsRead } from './readings.js';
import { fingerprintOf } from './run-fingerprint.js';

/** Long enough for a busy machine, short enough for an outage to be told soon. */
const listLimitMs = 3_000;
/** With all its partitions. */
const runLimitMs = 10_000;
const openShown = 20;
const endedShown = 5;
const openListed = 100;
const endedListed = 30;
const askElsewhereMs = 5_000;

export interface RunsReader {
  read(client: Client, parts: StackParts): Promise<RunsRead>;
}

export function runsReader(stores: HeldStores): RunsReader {
  const pace = paceKeeper();
  let remembered = new Map<string, Remembered>();
  let elsewhere: { readonly identities: readonly string[]; readonly atMs: number } | null = null;

  /** They poll for a minute at a time: it needn't be asked each second. */
  async function workersElsewhere(client: Client): Promise<readonly string[]> {
    if (elsewhere === null || performance.now() - elsewhere.atMs > askElsewhereMs)
      elsewhere = { identities: await findWorkersOfOtherMachines(client), atMs: performance.now() };
    return elsewhere.identities;
  }

  /** Null where it is gone meanwhile. */
  async function readOne(
    client: Client,
    info: WorkflowExecutionInfo,
    parts: StackParts,
  ): Promise<Remembered | null> {
    const known = remembered.get(info.workflowId);
    const ended = info.closeTime !== undefined;
    if (ended && known?.runId === info.runId && known.run.closedAt !== null) return known;
    try {
      const description = await client.workflow.getHandle(info.workflowId).describe();
      const { store } = readMemo(description.memo);
      const fingerprint = fingerprintOf(description, store);
      if (known !== undefined && fingerprint !== null && known.fingerprint === fingerprint) return known;
      const run = await readRun(client, info.workflowId, { stores: stores.named(store, parts) });
      // A store that was away is asked again.
      const kept = run.storesAway.length === 0 ? fingerprint : null;
      return { runId: description.runId, fingerprint: kept, run };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  return {
    async read(client, parts) {
      const [open, ended, others] = await client.withDeadline(Date.now() + listLimitMs, () =>
        Promise.all([
          list(client, 'CloseTime IS NULL', openListed),
          list(client, 'CloseTime IS NOT NULL AND ExecutionStatus != "ContinuedAsNew"', endedListed),
          workersElsewhere(client),
        ]),
      );
      open.sort((a, b) => startOf(b).getTime() - startOf(a).getTime());
      const openIds = new Set(open.map(({ workflowId }) => workflowId));
      const over = newestOfEach(ended.filter(({ workflowId }) => !openIds.has(workflowId)));
      const there: Remembered[] = [];
      // One after the other: the work itself needs the server, and each has a limit of its own.
      for (const info of [...open.slice(0, openShown), ...over.slice(0, endedShown)]) {
        const deadline = Date.now() + runLimitMs;
        const read = await client.withDeadline(deadline, () => readOne(client, info, parts));
        if (read !== null) there.push(read);
      }
      remembered = new Map(there.map((one) => [one.run.workflowId, one]));
      const nowMs = performance.now();
      pace.forgetOthers(new Set(remembered.keys()));
      const runs = there.map(({ run }) => toRead(run, pace.add(run, nowMs)));
      // Lists are a moment behind: some that they have as open have ended by now.
      const openRead = runs.filter((run) => run.open).length;
      const unread = Math.max(0, open.length - openShown);
      const underWay = there.flatMap(({ run }) => workersOf(run));
      return { runs, open: openRead + unread, workersElsewhere: others, underWay: tally(underWay) };
    },
  };
}

interface Remembered {
  readonly runId: string;
  /** Null: to be read again in any case. */
  readonly fingerprint: string | null;
  readonly run: RunState;
}

async function list(client: Client, which: string, limit: number): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  const query = `TaskQueue = "${taskQueue}" AND ${noPartitions} AND ${which}`;
  for await (const info of client.workflow.list({ query, pageSize: limit })) {
    found.push(info);
    if (found.length >= limit) break;
  }
  return found;
}

/** The identity of the worker of each of its Activities that is in hand: each takes one of its slots. */
function workersOf({ pending }: RunState): string[] {
  return pending.flatMap(({ state, lastWorkerIdentity }) =>
    state === 'under way' && lastWorkerIdentity !== null ? [lastWorkerIdentity] : [],
  );
}

/** A run that was started again has several ends under one id. */
function newestOfEach(ended: readonly WorkflowExecutionInfo[]): WorkflowExecutionInfo[] {
  const byEnd = [...ended].sort((a, b) => (b.closeTime?.getTime() ?? 0) - (a.closeTime?.getTime() ?? 0));
  return byEnd.filter(
    ({ workflowId }, index) => byEnd.findIndex((one) => one.workflowId === workflowId) === index,
  );
}

function tally(identities: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const identity of identities) counts[identity] = (counts[identity] ?? 0) + 1;
  return counts;
}

function toRead(run: RunState, perSecond: number | null): RunRead {
  const { pattern, job, store, partitions } = readMemo(run.memo);
  const [work] = run.pending;
  return {
    workflowId: run.workflowId,
    pattern,
    job,
    store,
    state: run.state,
    open: run.closedAt === null,
    cursor: run.cursor,
    processed: run.counts.processed,
    failed: run.counts.failed,
    revisited: run.counts.revisited,
    total: run.total,
    perSecond,
    resumptions: run.resumptionCount,
    lastResumption: run.resumptions.at(-1) ?? null,
    checkpoint:
      run.latest === null
        ? null
        : { source: run.latest.source, atMs: run.latest.at === null ? null : run.latest.at.getTime() },
    startedAtMs: run.firstStartedAt.getTime(),
    closedAtMs: run.closedAt === null ? null : run.closedAt.getTime(),
    failure: run.failure,
    attempt:
      work === undefined ? null : { number: work.attempt, state: work.state, lastFailure: work.lastFailure },
    partitions: run.partitions.length === 0 ? null : partitionsOf(run, partitions),
    storesAway: run.storesAway,
  };
}

/** @param asked how many it was split over; only those that have begun are in the run itself */
function partitionsOf({ partitions }: RunState, asked: number | undefined): RunRead['partitions'] {
  const done = partitions.filter(({ state }) => state === 'completed').length;
  return { done, all: Math.max(asked ?? 0, partitions.length) };
}
