/**
 * The runs, out of Temporal and their stores: the open ones, and those that ended last. Needs no worker.
 *
 * R1  A run that has not moved since it was read is not read again: at rest a reading is two lists and a look at each open run.
 * R2  A partitioned run is read with its partitions, as one.
 * R3  Bounded: however many runs there are, the newest are read, and the others counted.
 * R4  Bounded in time: where the server is slow, some runs are read now and some the next time; those stay as they were.
 * R5  A run that was open and is not among them any more is gone, unless there are open ones that were not read.
 */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { type RunState, readRun } from '../../continuation/inspection/index.js';
import type { StackParts } from '../../stack/find-stack.js';
import { listOurRuns, startOf } from '../find-run.js';
import { readMemo } from '../run-memo.js';
import { findWorkersOfOtherMachines } from '../workers-alive.js';
import type { HeldStores } from './held-stores.js';
import { paceKeeper } from './pace-keeper.js';
import { inOrder, type ListedRun, pickRuns, type RunToRead } from './pick-runs.js';
import { readWithin } from './read-within.js';
import type { RunRead, RunsRead } from './readings.js';
import { fingerprintOf } from './run-fingerprint.js';

/** Long enough for a busy machine, short enough for an outage to be told soon. */
const listLimitMs = 3_000;
/** With all its partitions. */
const runLimitMs = 10_000;
/** After these no further run is begun with. */
const runsLimitMs = 10_000;
/** The lists, and the runs, the last of which was begun with just in time. */
export const longestReadingMs = listLimitMs + runsLimitMs + runLimitMs;
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
    { workflowId, endedRunId }: RunToRead,
    parts: StackParts,
  ): Promise<Remembered | null> {
    const known = remembered.get(workflowId);
    const readAtMs = performance.now();
    if (known !== undefined && known.runId === endedRunId && known.run.closedAt !== null)
      return { ...known, readAtMs };
    try {
      const description = await client.workflow.getHandle(workflowId).describe();
      const { store } = readMemo(description.memo);
      const fingerprint = fingerprintOf(description, store);
      if (known !== undefined && fingerprint !== null && known.fingerprint === fingerprint)
        return { ...known, readAtMs };
      const run = await readRun(client, workflowId, { stores: stores.named(store, parts) });
      // A store that was away is asked again.
      const kept = run.storesAway.length === 0 ? fingerprint : null;
      return { runId: description.runId, fingerprint: kept, run, readAtMs };
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
      const wereOpen = [...remembered.values()].filter(({ run }) => run.closedAt === null);
      const picked = pickRuns(
        { open, ended },
        wereOpen.map(({ run }) => run.workflowId),
      );
      // One after the other: the work itself needs the server, and each has a limit of its own.
      const read = await readWithin(picked, {
        limitMs: runsLimitMs,
        lastReadMs: ({ workflowId }) => remembered.get(workflowId)?.readAtMs ?? Number.NEGATIVE_INFINITY,
        read: (one) => client.withDeadline(Date.now() + runLimitMs, () => readOne(client, one, parts)),
      });
      const there = picked.flatMap((one) => {
        const kept = read.has(one) ? read.get(one) : remembered.get(one.workflowId);
        return kept === undefined || kept === null ? [] : [{ ...kept, isFresh: read.has(one) }];
      });
      const nowMs = performance.now();
      // How fast one goes that was not read is not known.
      const all = there.map(({ run, isFresh }) => toRead(run, isFresh ? pace.add(run, nowMs) : null));
      const runs = inOrder(all);
      const shown = new Set(runs.map(({ workflowId }) => workflowId));
      pace.forgetOthers(shown);
      remembered = new Map(
        there.flatMap((one) => (shown.has(one.run.workflowId) ? [[one.run.workflowId, one]] : [])),
      );
      // Lists are a moment behind: some that they have as open have ended by now, or are gone.
      const looked = new Set([...all, ...read.keys()].map(({ workflowId }) => workflowId));
      const unread = open.filter(({ workflowId }) => !looked.has(workflowId)).length;
      return {
        runs,
        open: all.filter((run) => run.open).length + unread,
        workersElsewhere: others,
        underWay: tally(there.flatMap(({ run }) => workersOf(run))),
      };
    },
  };
}

interface Remembered {
  readonly runId: string;
  /** Null: to be read again in any case. */
  readonly fingerprint: string | null;
  readonly run: RunState;
  /** By `performance.now()`. */
  readonly readAtMs: number;
}

async function list(client: Client, which: string, limit: number): Promise<ListedRun[]> {
  return (await listOurRuns(client, which, limit)).map((info) => ({
    ...{ workflowId: info.workflowId, runId: info.runId },
    startedAtMs: startOf(info).getTime(),
    closedAtMs: info.closeTime?.getTime() ?? null,
  }));
}

/** The identity of the worker of each of its Activities that is in hand: each takes one of its slots. */
function workersOf({ pending }: RunState): string[] {
  return pending.flatMap(({ state, lastWorkerIdentity }) =>
    state === 'under way' && lastWorkerIdentity !== null ? [lastWorkerIdentity] : [],
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
    cadence: run.cadence,
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
