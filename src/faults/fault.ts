/**
 * What a fault is: told where to fall, it waits until the run is there, strikes something real, and sees to it that the run can go on.
 *
 * F1  It falls at an exact order: a worker holds there until it has fallen, so that no lane is struck elsewhere than another.
 * F2  It ends with everything there again that the run needs: a worker, the servers it stopped. What stays changed is said.
 * F3  It strikes only what is this checkout's own: workers by the register, servers by their records.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Environment } from '../stack/environment.js';
import type { SpawnedWorker } from '../worker/spawn-worker.js';
import type { FaultName } from './fault-names.js';

/** A worker in a process of its own, as a fault needs to know it. */
type StartedWorker = Pick<SpawnedWorker, 'pid' | 'exited'> & {
  /** Resolves when it works and is in the register. @throws when it ended before */
  readonly ready: Promise<unknown>;
};

/** What a fault falls on. */
export interface FaultScene {
  readonly environment: Environment;
  readonly pool: Pool;
  readonly client: Client;
  readonly runId: string;
  /** The order at which it falls. */
  readonly at: number;
  /** Aborts when the comparison is called off. */
  readonly signal: AbortSignal;
  /** Starts another worker; variables are added to its environment. */
  startWorker(variables?: Readonly<Record<string, string>>): Promise<StartedWorker>;
  /** From now on this worker's end is part of the story. */
  expectEndOf(pid: number): void;
  /** What happens, in a line, as it happens. */
  tell(line: string): void;
}

/** What became of it. */
export interface Fallen {
  readonly fault: FaultName;
  /** The order at which it fell; null: nobody got there any more. */
  readonly position: number | null;
  /** When it struck, in milliseconds since the epoch. */
  readonly struckAtMs: number;
  /** When a worker or server that took the struck one's place was started, and ready; null: nothing had to be. */
  readonly replacement: { readonly startedAtMs: number; readonly readyAtMs: number } | null;
  /** What happened, in words: one line a fact. */
  readonly words: readonly string[];
  /** Orders that came after the run's start: the proof is not to ask for them. Left out: none. */
  readonly notSelected?: readonly number[];
}

/** A fault that is armed: it falls when the run gets there. */
export interface ArmedFaultOfRun {
  /** Resolves when it has fallen and what it took is there again (F2). */
  readonly fallen: Promise<Fallen>;
}

export interface Fault {
  readonly name: FaultName;
  /** In a line, for a list of faults and the head of a table. */
  readonly title: string;
  /** What of the stack it strikes; servers that the environment names are nobody's to strike. */
  readonly strikes: readonly ('worker' | 'redis' | 'postgres' | 'temporal' | 'orders' | 'code')[];
  /** What a lane needs from the start: a worker of an older version, a line that can be slowed. Variables for its first worker. */
  prepare?(scene: Omit<FaultScene, 'runId'>): Promise<Readonly<Record<string, string>>>;
  /** Returns when it is armed: the run may be started then, and not before. */
  arm(scene: FaultScene): Promise<ArmedFaultOfRun>;
  /** Takes back what it left: lines, rows, versions. */
  clearAway?(): Promise<void>;
}
