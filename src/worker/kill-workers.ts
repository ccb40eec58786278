/**
 * Sends a signal to workers: to all, to one, or to the one that reaches an exact order or customer.
 *
 * K1  Only a process that the register proves to be this checkout's worker is signalled.
 * K2  Returns when the signal has had its effect: the process is gone, or stopped for SIGSTOP.
 * K3  An armed position is taken back when the wait ends, however it ends.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultInstant } from '../activities/order-visits.js';
import { hasPid } from '../stack/processes/has-pid.js';
import { isSameProcess } from '../stack/processes/process-identity.js';
import { UserError } from '../user-error.js';
import { describeStrike, type FaultSignal, type StruckAt } from './describe-strike.js';
import { type ArmedFault, armFault, awaitHeldWorker, disarmFault, type HeldWorker } from './fault-points.js';
import { listWorkers, type WorkerRecord } from './worker-record.js';

export interface KilledWorker {
  readonly pid: number;
  readonly identity: string;
  /** What happened, in a line. */
  readonly words: string;
  /** The order or customer at which it fell; null without `--at`. */
  readonly position: number | null;
  /** When the signal was sent, in milliseconds since the epoch. */
  readonly sentAtMs: number;
}

export interface KillAt {
  readonly signal: FaultSignal;
  readonly position: number;
  /** Times that the position is passed before it falls; default: none. */
  readonly passing?: number;
  /** Default: right after the commit for SIGKILL, with the item in hand for the others. */
  readonly instant?: FaultInstant;
  readonly waiting: AbortSignal;
  readonly onWaiting?: (armed: ArmedFault) => void;
  /** Called once the signal is sent, before its effect is waited for. */
  readonly onSent?: (sent: {
    readonly pid: number;
    readonly position: number;
    readonly sentAtMs: number;
  }) => void;
}

const goneLimitMs = 30_000;
const pollMs = 20;
const looksPerIdentification = 10;

/** @throws UserError when there is no such worker */
export async function killWorkers(
  home: string,
  signal: FaultSignal,
  pid: number | null,
): Promise<KilledWorker[]> {
  const workers = await chooseWorkers(home, pid);
  return Promise.all(workers.map((worker) => strike(worker, signal, null)));
}

/** @throws UserError when no worker is there that takes part in faults at an exact order */
export async function requireFaultSeam(home: string, pid: number | null): Promise<void> {
  const workers = await chooseWorkers(home, pid);
  if (workers.some(({ faultSeam }) => faultSeam)) return;
  throw new UserError(
    'The running worker takes no part in faults at an exact order.',
    'Start it with npx leftoff worker (profile demo).',
  );
}

/** Waits until a worker is at the order, then strikes. @throws the wait's own reason when it ends first */
export async function killAt(
  home: string,
  { signal, position, passing = 0, instant = usualInstant(signal), waiting, onWaiting, onSent }: KillAt,
): Promise<KilledWorker[]> {
  const armed = await armFault(home, position, instant, passing);
  try {
    onWaiting?.(armed);
    const held = await awaitHeldWorker(home, armed, waiting);
    const killed = await strikeHeld(home, signal, held, onSent);
    const words =
      held.position > position
        ? `${killed.words} (nobody met ${held.item} ${position} any more)`
        : killed.words;
    return [{ ...killed, words }];
  } finally {
    await disarmFault(home, armed);
  }
}

/** Strikes the worker that holds at an armed position. @throws UserError where it is gone */
export async function strikeHeld(
  home: string,
  signal: FaultSignal,
  held: HeldWorker,
  onSent?: KillAt['onSent'],
): Promise<KilledWorker> {
  const worker = (await listWorkers(home)).find(({ process }) => process.pid === held.pid);
  if (worker === undefined) throw goneByItself(String(held.pid), held);
  return strike(worker, signal, held, onSent);
}

function usualInstant(signal: FaultSignal): FaultInstant {
  return signal === 'SIGKILL' ? 'committed' : 'item in hand';
}

async function chooseWorkers(home: string, pid: number | null): Promise<WorkerRecord[]> {
  const workers = await listWorkers(home);
  const chosen = pid === null ? workers : workers.filter(({ process }) => process.pid === pid);
  if (chosen.length > 0) return chosen;
  if (pid === null) throw new UserError('No worker of this checkout is running.', 'npx leftoff worker');
  const running = workers.map(({ process }) => process.pid).join(', ') || 'none';
  throw new UserError(
    `Process ${pid} is not a worker of this checkout (running: ${running}).`,
    'npx leftoff kill',
  );
}

function goneByItself(identity: string, { item, position }: StruckAt): UserError {
  return new UserError(
    `The worker ${identity} ended by itself at ${item} ${position}.`,
    'npx leftoff worker',
  );
}

/** @returns false where the process is gone: it may end between the look and the signal */
function send(pid: number, signal: FaultSignal): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

async function strike(
  worker: WorkerRecord,
  signal: FaultSignal,
  at: StruckAt | null,
  onSent?: KillAt['onSent'],
): Promise<KilledWorker> {
  const { pid } = worker.process;
  const isThere = await isSameProcess(worker.process);
  const sentAtMs = Date.now();
  if (!isThere || !send(pid, signal)) {
    if (at !== null) throw goneByItself(worker.identity, at);
    return {
      pid,
      identity: worker.identity,
      words: `worker ${worker.identity} had ended by itself`,
      position: null,
      sentAtMs,
    };
  }
  if (at !== null) onSent?.({ pid, position: at.position, sentAtMs });
  const goes = signal === 'SIGKILL' || signal === 'SIGTERM';
  if (goes) await awaitGone(worker, signal);
  const { identity, profile } = worker;
  const words = describeStrike({ identity, profile, signal, at, tookMs: Date.now() - sentAtMs });
  return { pid, identity, words, position: at?.position ?? null, sentAtMs };
}

async function awaitGone({ process: own, identity }: WorkerRecord, signal: FaultSignal): Promise<void> {
  const deadline = performance.now() + goneLimitMs;
  for (let look = 1; hasPid(own.pid); look += 1) {
    // Now and then whether the pid is still this worker's: a `ps` at each look would slow down the worker that takes over.
    if (look % looksPerIdentification === 0 && !(await isSameProcess(own))) return;
    if (performance.now() > deadline)
      throw new UserError(
        `Worker ${identity} is still there after ${signal}.`,
        'npx leftoff kill --signal SIGKILL',
      );
    await delay(pollMs);
  }
}
