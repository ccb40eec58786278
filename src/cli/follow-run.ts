/**
 * Follows a run until it ends: reads where it stands, again and again, and shows it.
 *
 * F1  Reads the server, so it works with no worker alive, and says when there is none.
 * F2  Survives a server that goes away for a while: says so once, and goes on when it is back.
 * F3  Aborting stops the following at once, never the run.
 * F4  Reading takes a small part of the time, also where a history is long: the work itself needs the machine.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isEnded, type RunState, readRun } from '../continuation/inspection/index.js';
import { UserError } from '../user-error.js';
import { listWorkers } from '../worker/worker-record.js';
import { callsEndedBy } from './calls-ended-by.js';
import { translateError } from './translate-error.js';
import type { ProgressView } from './ui/progress-view.js';
import { noWorker, workersAlive } from './workers-alive.js';

const pollMs = 400;
/** Between two readings, in times of what the last one took. */
const pausePerReading = 5;
const longestPauseMs = 2_000;
/** A reading takes 20 ms, a long history 200; a busy machine has its time, and an outage is said soon. */
const readLimitMs = 3_000;

export interface Following {
  readonly client: Client;
  readonly home: string;
  readonly workflowId: string;
  readonly view: ProgressView;
  readonly signal: AbortSignal;
}

/** @returns the run's final state. @throws the signal's reason when aborted */
export async function followRun(following: Following): Promise<RunState> {
  const { client, home, view, signal } = following;
  try {
    for (;;) {
      signal.throwIfAborted();
      const startedMs = performance.now();
      const run = await readPatiently(following);
      if (run !== null) {
        view.show(run, performance.now());
        if (isEnded(run.state)) return run;
        const deadline = Date.now() + readLimitMs;
        const workers = await client
          .withDeadline(deadline, async () => workersAlive(client, await listWorkers(home)))
          .catch(() => ['unknown']);
        if (workers.length === 0) view.remark('no worker', noWorker);
        else view.settle('no worker', 'a worker is there');
      }
      const tookMs = run === null ? 0 : performance.now() - startedMs;
      const pauseMs = Math.min(longestPauseMs, Math.max(pollMs, tookMs * pausePerReading));
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    view.close();
  }
}

/** Null while the server doesn't answer. */
async function readPatiently({ client, workflowId, view, signal }: Following): Promise<RunState | null> {
  try {
    const run = await callsEndedBy(signal, client, () =>
      client.withDeadline(Date.now() + readLimitMs, () => readRun(client, workflowId)),
    );
    view.settle('server away', 'Temporal answers again');
    return run;
  } catch (error) {
    signal.throwIfAborted();
    if (!(translateError(error) instanceof UserError)) throw error;
    view.remark('server away', 'Temporal does not answer; this goes on when it is back');
    return null;
  }
}
