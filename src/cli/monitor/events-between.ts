/**
 * What happened between two readings, in words. Pure.
 *
 * E1  Nothing is said of what was there when the monitor began: only what changed since.
 * E2  What happened while a source was away is told when it is back, from its last word before.
 * E3  A worker whose note is left over was killed; one that took its note away has stopped.
 */
import { type PartName, partLabels } from '../../stack/addresses.js';
import { describePlace } from '../jobs.js';
import {
  lastTold,
  type Reading,
  type Readings,
  type RunRead,
  type RunsRead,
  type WorkersRead,
} from './readings.js';

export interface MonitorEvent {
  readonly words: string;
  /** For the eye; the words say it as well. */
  readonly tone: 'good' | 'bad' | 'plain';
}

export function eventsBetween(before: Readings, after: Readings): MonitorEvent[] {
  return [
    ...partEvents('temporal', before.runs, after.runs),
    ...partEvents('postgres', before.orders, after.orders),
    ...partEvents('redis', before.redis, after.redis),
    ...between(before.workers, after.workers, workerEvents),
    ...between(before.runs, after.runs, elsewhereEvents),
    ...between(before.runs, after.runs, runEvents),
  ];
}

/** Keeps the newest, the newest last. */
export function keepNewest<T>(kept: readonly T[], more: readonly T[], limit: number): T[] {
  return [...kept, ...more].slice(-limit);
}

function partEvents(part: PartName, before: Reading<unknown>, after: Reading<unknown>): MonitorEvent[] {
  const label = partLabels[part];
  if (before.kind === 'told' && after.kind === 'away') {
    const what = after.why.kind === 'not running' ? 'is not running any more' : 'does not answer';
    return [{ words: `${label} ${what}`, tone: 'bad' }];
  }
  if (before.kind === 'away' && after.kind === 'told')
    return [{ words: `${label} is ${before.last === null ? 'there' : 'back'}`, tone: 'good' }];
  return [];
}

/** Compares what was told last before with what is told now (E1, E2). */
function between<T>(
  before: Reading<T>,
  after: Reading<T>,
  compare: (before: T, after: T) => MonitorEvent[],
): MonitorEvent[] {
  const known = lastTold(before);
  if (known === null || after.kind !== 'told' || after.told === known) return [];
  return compare(known.value, after.told.value);
}

function workerEvents(before: WorkersRead, after: WorkersRead): MonitorEvent[] {
  const keyOf = ({ pid, startedAtMs }: { pid: number; startedAtMs: number }) => `${pid} ${startedAtMs}`;
  const then = new Map(before.running.map((worker) => [keyOf(worker), worker]));
  const now = new Map(after.running.map((worker) => [keyOf(worker), worker]));
  const lost = new Set(after.lost.map(keyOf));
  const events: MonitorEvent[] = [];
  for (const [key, { pid }] of then) {
    if (now.has(key)) continue;
    events.push(
      lost.has(key)
        ? { words: `worker ${pid} killed`, tone: 'bad' }
        : { words: `worker ${pid} stopped`, tone: 'plain' },
    );
  }
  for (const [key, { pid, frozen }] of now) {
    const earlier = then.get(key);
    if (earlier === undefined) events.push({ words: `worker ${pid} started`, tone: 'good' });
    if (frozen && !earlier?.frozen) events.push({ words: `worker ${pid} frozen (SIGSTOP)`, tone: 'bad' });
    if (!frozen && earlier?.frozen) events.push({ words: `worker ${pid} woken (SIGCONT)`, tone: 'good' });
  }
  return events;
}

function elsewhereEvents(before: RunsRead, after: RunsRead): MonitorEvent[] {
  const come = after.workersElsewhere.filter((identity) => !before.workersElsewhere.includes(identity));
  const gone = before.workersElsewhere.filter((identity) => !after.workersElsewhere.includes(identity));
  return [
    ...come.map((identity): MonitorEvent => ({ words: `worker ${identity} is there`, tone: 'good' })),
    ...gone.map((identity): MonitorEvent => ({ words: `worker ${identity} polls no more`, tone: 'plain' })),
  ];
}

function runEvents(before: RunsRead, after: RunsRead): MonitorEvent[] {
  const then = new Map(before.runs.map((run) => [run.workflowId, run]));
  const now = new Set(after.runs.map(({ workflowId }) => workflowId));
  const newestStart = Math.max(0, ...before.runs.map(({ startedAtMs }) => startedAtMs));
  const changed = [...after.runs]
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .flatMap((run) => {
      const earlier = then.get(run.workflowId);
      if (earlier !== undefined && earlier.startedAtMs === run.startedAtMs) return changesOf(earlier, run);
      // Others come into the list's sight when runs are deleted: they are old.
      return run.startedAtMs < newestStart ? [] : beginningOf(run, earlier);
    });
  const gone = before.runs.filter(({ open, workflowId }) => open && !now.has(workflowId));
  // Where open ones were not read, it may be one of those.
  const deleted = after.open > after.runs.filter(({ open }) => open).length ? [] : gone;
  return [
    ...changed,
    ...deleted.map(({ workflowId }): MonitorEvent => ({ words: `run ${workflowId} is gone`, tone: 'bad' })),
  ];
}

/** @param earlier under the same id: a run that had failed, and is started again */
function beginningOf(run: RunRead, earlier: RunRead | undefined): MonitorEvent[] {
  const again = earlier === undefined ? '' : ' again';
  const started: MonitorEvent = { words: `run ${run.workflowId} started${again}`, tone: 'good' };
  return run.state === 'running' ? [started] : [started, stateEvent(run)];
}

function changesOf(before: RunRead, after: RunRead): MonitorEvent[] {
  const events: MonitorEvent[] = [];
  if (lostItsWorker(before, after)) {
    events.push({ words: `run ${after.workflowId} lost its worker${afterPlace(after)}`, tone: 'bad' });
  } else if (failedAnAttempt(before, after) && after.attempt?.lastFailure !== before.attempt?.lastFailure) {
    // The same failure again and again is one event: it would push all others off the screen.
    const words = `run ${after.workflowId} tries again: ${after.attempt?.lastFailure}`;
    events.push({ words, tone: 'bad' });
  }
  const isInterruption = after.checkpoint?.source === 'interruption';
  const sameCheckpoint = after.checkpoint?.atMs === before.checkpoint?.atMs;
  if (isInterruption && !sameCheckpoint && after.state === 'running')
    events.push({ words: `run ${after.workflowId} interrupted${afterPlace(after)}`, tone: 'plain' });
  if (after.resumptions > before.resumptions) events.push(resumptionEvent(after));
  if (after.state !== before.state) events.push(stateEvent(after));
  return events;
}

/** The server knows of a dead worker by its timeout alone. */
function lostItsWorker(before: RunRead, after: RunRead): boolean {
  return failedAnAttempt(before, after) && /timeout/i.test(after.attempt?.lastFailure ?? '');
}

function failedAnAttempt({ attempt: then }: RunRead, { attempt: now }: RunRead): boolean {
  return now !== null && now.lastFailure !== null && now.number > (then?.number ?? 1);
}

function resumptionEvent(run: RunRead): MonitorEvent {
  const { resumedAfter = null, revisited = 0 } = run.lastResumption ?? {};
  const where =
    resumedAfter === null ? 'from the beginning' : `after ${describePlace(run.job, resumedAfter)}`;
  const met = revisited === 0 ? '' : `, ${revisited} met again`;
  return { words: `run ${run.workflowId} resumed ${where}${met}`, tone: 'good' };
}

function stateEvent(run: RunRead): MonitorEvent {
  const { workflowId, state, processed, failed, failure } = run;
  const subject = `run ${workflowId}`;
  switch (state) {
    case 'completed':
      return { words: `${subject} completed: ${processed} processed, ${failed} failed`, tone: 'good' };
    case 'failed':
      return { words: `${subject} failed${failure === null ? '' : `: ${failure}`}`, tone: 'bad' };
    case 'cancelled':
    case 'paused':
      return { words: `${subject} ${state}${afterPlace(run)}`, tone: 'plain' };
    case 'running':
      return { words: `${subject} goes on${afterPlace(run)}`, tone: 'good' };
    default:
      // 'pausing' and the like, and words that are new.
      return { words: `${subject} is ${state}`, tone: 'plain' };
  }
}

function afterPlace({ job, cursor }: RunRead): string {
  return cursor === null ? '' : ` after ${describePlace(job, cursor)}`;
}
