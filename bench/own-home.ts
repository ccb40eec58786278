/** A measurement's own `.leftoff`: its workers and servers are stopped and its data is gone at the end, also when it is stopped half-way. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeDown } from '../dist/stack/take-down.js';
import { stopWorkers } from '../dist/worker/stop-workers.js';

export interface OwnHome {
  readonly home: string;
  /** To be awaited at the end; more than once is as good as once. */
  readonly clearAway: () => Promise<void>;
}

/** Makes one and names it in this process' environment, and so in that of its children. */
export async function takeOwnHome(): Promise<OwnHome> {
  const home = await mkdtemp(join(tmpdir(), 'leftoff-bench-'));
  // As root, Postgres runs as another user, who keeps its data elsewhere where he can't get in.
  await chmod(home, 0o755);
  process.env.LEFTOFF_HOME = home;
  let clearing: Promise<void> | null = null;
  const clearAway = (): Promise<void> => {
    clearing ??= clear(home);
    return clearing;
  };
  // The terminal, npm and tsx may each send the same Ctrl+C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void clearAway().then(() => process.exit(130)));
  return { home, clearAway };
}

async function clear(home: string): Promise<void> {
  await stopWorkers(home);
  await takeDown();
  // Stopped half-way, a program of the measurement's may write its last words meanwhile.
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
