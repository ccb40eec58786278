/**
 * A strike of a demo: armed before the worker can pass the place, awaited, and followed by a new worker.
 *
 * What is told of it, and of the place that is kept meanwhile, is the story's own.
 */
import type { RecordedCheckpoint } from '../../continuation/inspection/index.js';
import { UserError } from '../../user-error.js';
import { type KilledWorker, killAt } from '../../worker/kill-workers.js';
import type { SpawnedWorker } from '../../worker/spawn-worker.js';
import { listWorkers } from '../../worker/worker-record.js';
import type { RunOnStage, Stage } from './stage.js';

export interface PlannedFault {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** An order, or a customer. */
  readonly at: number;
  /** Months of that customer that it lets pass; default: none. */
  readonly passing?: number;
}

interface Struck {
  readonly killed: KilledWorker;
  /** Started with the signal; null: a person is to start it. */
  readonly replacement: SpawnedWorker | null;
}

/** A strike that is armed already: it falls when the worker gets there. */
export interface ArmedStrike {
  readonly fault: PlannedFault;
  /** Whether the signal is sent. */
  readonly isSent: () => boolean;
  readonly struck: Promise<Struck>;
}

/** Returns when the fault is armed; without pauses the new worker is started the moment the signal is sent. */
export async function armStrike(stage: Stage, fault: PlannedFault): Promise<ArmedStrike> {
  let tellArmed = (): void => undefined;
  const armed = new Promise<void>((resolve) => {
    tellArmed = resolve;
  });
  let replacement: Promise<SpawnedWorker> | null = null;
  let sent = false;
  const struck = (async () => {
    const [killed] = await killAt(stage.home, {
      signal: fault.signal,
      position: fault.at,
      passing: fault.passing ?? 0,
      waiting: stage.signal,
      onWaiting: tellArmed,
      onSent: ({ pid }) => {
        sent = true;
        stage.expectEndOf(pid);
        if (!stage.narrator.waitsForEnter) replacement = stage.startWorker();
      },
    });
    if (killed === undefined) throw new Error('A strike returned no worker.');
    return { killed, replacement: await replacement };
  })();
  // Awaited later; until then a failure must not end the process.
  struck.catch(() => undefined);
  // A run that is started meanwhile could pass the place before a slow disk has the fault.
  await Promise.race([armed, struck]);
  return { fault, struck, isSent: () => sent };
}

/** @param place where it falls, in words. @throws UserError where the run ended before it was reached */
export async function awaitStrike(
  stage: Stage,
  run: RunOnStage,
  { struck, isSent }: ArmedStrike,
  place: string,
): Promise<Struck> {
  await stage.waitFor(place, run, Promise.race([struck, run.ended]));
  if (!isSent()) throw new UserError(`The run ended before ${place} was reached.`, 'npx leftoff demo --help');
  return struck;
}

/** Sees to it that there is a new worker. @returns since when the run recovers, as a time and in words */
export async function replaceKilled(
  stage: Stage,
  { killed, replacement }: Struck,
): Promise<{ readonly atMs: number; readonly words: string }> {
  if (replacement !== null) return { atMs: killed.sentAtMs, words: 'the signal' };
  await stage.narrator.pause('start a new worker');
  const atMs = Date.now();
  await stage.startWorker();
  return { atMs, words: "the new worker's start" };
}

/** Who is there after a strike, in words. */
export async function whoIsThere({ home }: Stage): Promise<string> {
  return (await listWorkers(home)).length === 0 ? 'no worker is alive' : 'the new worker is just there';
}

/** Where a checkpoint was read, in words. */
export function whereKept({ source, eventId }: RecordedCheckpoint): string {
  return source === 'heartbeat'
    ? "live: the last heartbeat's details, not in history"
    : `from ${source}, event ${eventId}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
