/**
 * Stops this checkout's workers: asked first, so that each ends its item and keeps its cursor.
 *
 * W1  Only processes that the register proves are signalled (pid, start time and command line agree).
 * W2  A worker has as long as its profile gives it to end; then it is killed, and its item is met again.
 */
import { timings } from '../continuation/timing.js';
import { type Stopped, stopProcess } from '../stack/processes/stop-process.js';
import { listWorkers, removeWorkerRecord, type WorkerRecord } from './worker-record.js';

/** Beyond the worker's own limit: its process ends a moment after its work. */
const beyondShutdownMs = 2_000;

export interface StoppedWorker {
  readonly worker: WorkerRecord;
  readonly outcome: Stopped;
}

/** Resolves when they are gone. `graceMs`: instead of what each worker's profile gives. */
export async function stopWorkers(
  home: string,
  {
    graceMs,
    onProgress = () => undefined,
  }: { graceMs?: number; onProgress?: (message: string) => void } = {},
): Promise<readonly StoppedWorker[]> {
  const workers = await listWorkers(home);
  return Promise.all(
    workers.map(async (worker) => {
      onProgress(`stopping worker ${worker.identity}`);
      const limitMs = graceMs ?? timings[worker.profile].shutdownMs + beyondShutdownMs;
      const outcome = await stopProcess(worker.process, 'SIGTERM', limitMs);
      await removeWorkerRecord(home, worker.process.pid);
      return { worker, outcome };
    }),
  );
}
