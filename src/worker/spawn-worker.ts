/**
 * Starts a worker in a process and a session of its own, and waits until it is ready.
 *
 * S1  Ctrl+C in the terminal that started it doesn't reach it.
 * S2  Ready means: it polls, and its note is in the register. A worker that ends before that is an error with its last words.
 * S3  One that isn't ready in time is ended: nobody would know of it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Timing } from '../continuation/timing.js';
import { makeHome } from '../stack/make-home.js';
import { UserError } from '../user-error.js';
import { type Observation, observationFlags } from './observation.js';
import { hasWorkerRecord, listWorkers, removeWorkerRecord, type WorkerRecord } from './worker-record.js';

export interface SpawnedWorker {
  readonly pid: number;
  /** @throws UserError with its last words when it ended or was not ready in time */
  readonly ready: Promise<WorkerRecord>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface WorkerToSpawn {
  readonly home: string;
  readonly profile: Timing['profile'];
  readonly faultSeam: boolean;
  /** Default: as the environment says. */
  readonly observation?: Observation;
  /** Gets its lines; without it they go to a log under `.leftoff/logs` and the worker outlives this process. */
  readonly onLine?: (line: string) => void;
  /** Added to its environment, which is this process' own. */
  readonly variables?: Readonly<Record<string, string>>;
}

const entry = fileURLToPath(new URL('./main.js', import.meta.url));
const readyLimitMs = 20_000;
const pollMs = 20;

export async function spawnWorker({
  home,
  profile,
  faultSeam,
  observation,
  onLine,
  variables = {},
}: WorkerToSpawn): Promise<SpawnedWorker> {
  const log = join(home, 'logs', 'workers.log');
  await makeHome(home);
  await mkdir(join(home, 'logs'), { recursive: true });
  const output = await open(log, 'a', 0o600);
  const { size } = await output.stat();
  try {
    const args = [
      entry,
      '--profile',
      profile,
      ...(faultSeam ? ['--faults'] : []),
      ...(observation === undefined ? [] : observationFlags(observation)),
    ];
    const child = spawn(process.execPath, args, {
      detached: true,
      stdio: ['ignore', onLine === undefined ? output.fd : 'pipe', output.fd],
      env: { ...process.env, ...variables },
    });
    const exited = once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode }));
    const { pid } = child;
    if (pid === undefined) throw new UserError('No worker process could be started.', 'npx leftoff verify');
    if (child.stdout !== null && onLine !== undefined)
      createInterface({ input: child.stdout }).on('line', onLine);
    else child.unref();
    const lastWords = async () => (await readFile(log)).subarray(size).toString('utf8').trim();
    const ready = awaitReady(home, pid, exited, lastWords).catch(async (error: unknown) => {
      if (error !== notInTime) throw error;
      // By its handle: as long as its end isn't known, its pid is nobody else's.
      child.kill('SIGKILL');
      child.ref();
      await exited;
      await removeWorkerRecord(home, pid);
      throw notReady(pid, log);
    });
    // Whoever doesn't wait for it still must not be ended by its failure.
    ready.catch(() => undefined);
    return { pid, ready, exited };
  } finally {
    await output.close();
  }
}

async function awaitReady(
  home: string,
  pid: number,
  exited: SpawnedWorker['exited'],
  lastWords: () => Promise<string>,
): Promise<WorkerRecord> {
  const deadline = performance.now() + readyLimitMs;
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  while (performance.now() < deadline) {
    // `ps` only once there is something to prove: it would take time from the worker that is starting.
    if (await hasWorkerRecord(home, pid)) {
      const record = (await listWorkers(home)).find((worker) => worker.process.pid === pid);
      if (record !== undefined) return record;
    }
    if (ended)
      throw new UserError(
        `The worker ended before it was ready.\n${await lastWords()}`,
        'npx leftoff verify',
      );
    await delay(pollMs);
  }
  throw notInTime;
}

const notInTime = new Error('The worker was not ready in time.');

function notReady(pid: number, log: string): UserError {
  return new UserError(
    `The worker (process ${pid}) was not ready within ${readyLimitMs / 1_000} s, and was ended.`,
    `npx leftoff verify; what it said is in ${log}`,
  );
}
