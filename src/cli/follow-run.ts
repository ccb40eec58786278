/**
 * Follows a run until it ends: reads where it stands, again and again, and shows it.
 *
 * F1  Reads the server, so it works with no worker alive, and says when there is none.
 * F2  Survives a server that goes away for a while: says so once, and goes on when it is back.
 * F3  Ctrl+C stops the following, never the run.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type RunState, readRun } from '../continuation/inspection/index.js';
import { UserError } from '../user-error.js';
import { Interrupted } from './exit.js';
import { translateError } from './translate-error.js';
import type { ProgressView } from './ui/progress-view.js';
import { noWorker, workersAlive } from './workers-alive.js';

const pollMs = 400;

export interface Following {
  readonly client: Client;
  readonly home: string;
  readonly workflowId: string;
  readonly view: ProgressView;
}

/** @returns the run's final state. @throws Interrupted after Ctrl+C */
export async function followRun({ client, home, workflowId, view }: Following): Promise<RunState> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    for (;;) {
      const run = await readPatiently(client, workflowId, view, stop.signal);
      if (run !== null) {
        view.show(run, performance.now());
        if (run.state !== 'running' && run.state !== 'paused') return run;
        const workers = await workersAlive(client, home).catch(() => ['unknown']);
        view.remark('no worker', workers.length === 0 ? noWorker : null);
      }
      await delay(pollMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) throw new Interrupted();
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    view.close();
  }
}

/** Null while the server doesn't answer. */
async function readPatiently(
  client: Client,
  workflowId: string,
  view: ProgressView,
  signal: AbortSignal,
): Promise<RunState | null> {
  try {
    const run = await client.withAbortSignal(signal, () =>
      client.withDeadline(Date.now() + 5_000, () => readRun(client, workflowId)),
    );
    view.remark('server away', null);
    return run;
  } catch (error) {
    if (signal.aborted) return null;
    const translated = translateError(error);
    if (!(translated instanceof UserError)) throw error;
    view.remark('server away', 'Temporal does not answer; the run goes on when it is back');
    return null;
  }
}
