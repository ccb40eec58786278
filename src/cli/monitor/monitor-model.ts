/**
 * What the monitor shows, as facts: the JSON of `monitor --once --json`, and what the screen is laid out from. Pure.
 */
import type { CadenceShown } from '../../continuation/checkpoint-cadence.js';
import type { JsonValue } from '../../continuation/cursor.js';
import type { Snapshot } from '../../orders/read-snapshot.js';
import { type PartName, partLabels } from '../../stack/addresses.js';
import { concurrentActivities } from '../../worker/worker-slots.js';
import type { MonitorEvent } from './events-between.js';
import { lastTold, type Reading, type Readings, type RunRead, type RunsRead } from './readings.js';

export interface MonitorModel {
  /** ISO time. */
  readonly at: string;
  readonly parts: Readonly<Record<PartName, PartFact>>;
  /** Null where they were never read, or there is no table of them. */
  readonly orders: Snapshot | null;
  /** All that are open, also those that are not listed. */
  readonly openRuns: number;
  /** The open ones first, newest first; then those that ended last. */
  readonly runs: readonly RunFact[];
  readonly workers: readonly WorkerFact[];
  /** Why this checkout's workers can't be told just now; null where they can. */
  readonly registerAway: string | null;
  /** Newest last. */
  readonly events: readonly EventFact[];
}

export interface PartFact {
  readonly name: string;
  readonly state: 'not asked yet' | 'answers' | 'not running' | 'silent';
  /** Null while it answers. */
  readonly words: string | null;
  /** How old what is shown of it is; null where nothing is. */
  readonly ageMs: number | null;
}

export interface RunFact {
  readonly workflowId: string;
  readonly pattern: string;
  readonly job: string;
  readonly store: string;
  readonly state: string;
  readonly open: boolean;
  readonly cursor: JsonValue;
  readonly done: number;
  readonly total: number | null;
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
  /** Of a partitioned run; null for any other. */
  readonly partitions: { readonly done: number; readonly all: number } | null;
  readonly resumptions: number;
  readonly perSecond: number | null;
  readonly etaSeconds: number | null;
  readonly checkpoint: { readonly source: string; readonly ageMs: number | null } | null;
  /** Where its checkpoints go by time, and that is known; null otherwise. */
  readonly cadence: CadenceShown | null;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Since its end; null while it is open. */
  readonly endedMsAgo: number | null;
  /** What there is to say besides: why it failed, why it stands still. */
  readonly remark: string | null;
}

export interface WorkerFact {
  readonly identity: string;
  /** Null for one of another machine. */
  readonly pid: number | null;
  readonly state: 'running' | 'frozen' | 'on other servers' | 'on another machine';
  readonly uptimeMs: number | null;
  readonly slotsUsed: number;
  /** Null where it isn't known how many it has. */
  readonly slotsFree: number | null;
  /** That it is connected to other servers, say. */
  readonly remark: string | null;
}

export interface EventFact extends MonitorEvent {
  readonly at: string;
}

export function monitorModel(readings: Readings, events: readonly EventFact[], nowMs: number): MonitorModel {
  const runs = lastTold(readings.runs)?.value ?? null;
  const workers = listWorkers(readings, runs, nowMs);
  const noWorker = whyNoWorker(workers);
  const isCurrent = readings.runs.kind === 'told';
  return {
    at: new Date(nowMs).toISOString(),
    parts: {
      temporal: partFact('temporal', readings.runs, nowMs),
      postgres: partFact('postgres', readings.orders, nowMs),
      redis: partFact('redis', readings.redis, nowMs),
    },
    orders: lastTold(readings.orders)?.value ?? null,
    openRuns: runs?.open ?? 0,
    // What is as of a while ago goes at no rate now.
    runs: (runs?.runs ?? []).map((run) =>
      runFact(isCurrent ? run : { ...run, perSecond: null }, noWorker, nowMs),
    ),
    workers,
    registerAway: readings.workers.kind === 'away' ? readings.workers.why.words : null,
    events,
  };
}

function partFact(part: PartName, reading: Reading<unknown>, nowMs: number): PartFact {
  const told = lastTold(reading);
  const ageMs = told === null ? null : Math.max(0, nowMs - told.atMs);
  const name = partLabels[part];
  switch (reading.kind) {
    case 'not asked yet':
      return { name, state: 'not asked yet', words: null, ageMs };
    case 'told':
      return { name, state: 'answers', words: null, ageMs };
    case 'away':
      return {
        name,
        state: reading.why.kind === 'not running' ? 'not running' : 'silent',
        words: reading.why.words,
        ageMs,
      };
  }
}

function runFact(run: RunRead, noWorker: string | null, nowMs: number): RunFact {
  const { checkpoint, startedAtMs, closedAtMs, processed, failed, total } = run;
  const done = processed + failed;
  const perSecond = run.open ? run.perSecond : null;
  const left = total === null ? null : Math.max(0, total - done);
  return {
    workflowId: run.workflowId,
    pattern: run.pattern,
    job: run.job,
    store: run.store,
    state: run.state,
    open: run.open,
    cursor: run.cursor,
    done,
    total,
    processed,
    failed,
    revisited: run.revisited,
    partitions: run.partitions,
    resumptions: run.resumptions,
    perSecond,
    etaSeconds: left === null || perSecond === null || perSecond <= 0 ? null : left / perSecond,
    checkpoint:
      checkpoint === null
        ? null
        : {
            source: checkpoint.source,
            // The server's clock may be ahead of this one's.
            ageMs: checkpoint.atMs === null ? null : Math.max(0, nowMs - checkpoint.atMs),
          },
    cadence: run.cadence,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: Math.max(0, (closedAtMs ?? nowMs) - startedAtMs),
    endedMsAgo: closedAtMs === null ? null : Math.max(0, nowMs - closedAtMs),
    remark: remarkOn(run, noWorker),
  };
}

/** Null where one could take a run up. */
function whyNoWorker(workers: readonly WorkerFact[]): string | null {
  if (workers.some(({ state }) => state === 'running' || state === 'on another machine')) return null;
  // Waking one that is connected to other servers helps nobody.
  const frozen = workers.filter(({ state, remark }) => state === 'frozen' && remark === null);
  if (frozen.length === 0) return 'no worker';
  return frozen.length === 1 ? 'its worker is frozen' : 'its workers are frozen';
}

function remarkOn(
  { open, state, failure, attempt, storesAway }: RunRead,
  noWorker: string | null,
): string | null {
  if (failure !== null) return failure;
  if (!open) return null;
  if (storesAway.length > 0)
    return `${storesAway.join(', ')} does not answer: a newer checkpoint may be there`;
  if (attempt?.state === 'paused') return 'paused by the server, in the Web UI or by temporal activity pause';
  if (noWorker !== null && state !== 'paused') return noWorker;
  // One that is under way again may well get further.
  if (attempt === null || attempt.lastFailure === null || attempt.state !== 'waiting') return null;
  return `attempt ${attempt.number} waits after: ${attempt.lastFailure}`;
}

function listWorkers(readings: Readings, runs: RunsRead | null, nowMs: number): WorkerFact[] {
  const here = (lastTold(readings.workers)?.value.running ?? []).map((worker): WorkerFact => {
    const slotsUsed = runs?.underWay[worker.identity] ?? 0;
    return {
      identity: worker.identity,
      pid: worker.pid,
      state: worker.frozen ? 'frozen' : worker.elsewhere === null ? 'running' : 'on other servers',
      uptimeMs: Math.max(0, nowMs - worker.startedAtMs),
      slotsUsed,
      slotsFree: Math.max(0, concurrentActivities - slotsUsed),
      remark: worker.elsewhere,
    };
  });
  const elsewhere = (runs?.workersElsewhere ?? []).map(
    (identity): WorkerFact => ({
      identity,
      pid: null,
      state: 'on another machine',
      uptimeMs: null,
      slotsUsed: runs?.underWay[identity] ?? 0,
      slotsFree: null,
      remark: null,
    }),
  );
  return [...here, ...elsewhere];
}
