/**
 * A stack of a measurement's own: servers in a temporary home, beside whatever a user runs, and gone at the end.
 *
 * O1  Nothing that the user's environment names is used: neither its servers nor a profile of temporal.toml nor a demanded port.
 * O2  However it ends (done, failed, called off, also while the servers are being started), no process and no folder stays.
 * O3  What it changes in this process' environment, which its workers inherit, is put back.
 */
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Timing } from '../../continuation/timing.js';
import { migrate } from '../../orders/migrate.js';
import { openPool } from '../../orders/open-pool.js';
import type { StackAddresses } from '../../stack/addresses.js';
import { bringUp } from '../../stack/bring-up.js';
import { connectTemporal } from '../../stack/connect-temporal.js';
import { type Environment, readEnvironment } from '../../stack/environment.js';
import { postgresDataFolders } from '../../stack/postgres/data-folders.js';
import { takeDown } from '../../stack/take-down.js';
import type { TemporalSettings } from '../../stack/temporal/server-settings.js';
import { type SpawnedWorker, spawnWorker } from '../../worker/spawn-worker.js';
import { stopWorkers } from '../../worker/stop-workers.js';
import { callsEndedBy } from '../calls-ended-by.js';
import { unlessCalledOff } from '../unless-called-off.js';

/** Where a measurement is made. */
export interface OwnStack {
  readonly home: string;
  readonly environment: Environment;
  readonly addresses: StackAddresses;
  /** The orders' database, migrated. */
  readonly pool: Pool;
  readonly client: Client;
  readonly settings: TemporalSettings;
  /** Aborts when the measurement is called off. */
  readonly signal: AbortSignal;
  /** A worker in a process of its own; it is ready when `ready` is. */
  startWorker(profile: Timing['profile'], options?: { readonly faultSeam?: boolean }): Promise<SpawnedWorker>;
  /** Done before the servers go, the last one first: for what works in this process. */
  beforeTheEnd(clear: () => Promise<unknown>): void;
}

export interface OwnStackOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  /** Default: tuned. */
  readonly settings?: TemporalSettings;
}

/** Runs the work on a stack of its own. @throws the signal's reason once it is called off and cleared away */
export async function onOwnStack<T>(
  options: OwnStackOptions,
  work: (stack: OwnStack) => Promise<T>,
): Promise<T> {
  return inOwnHome(options, async (home) => {
    const environment = readEnvironment();
    const { signal, onProgress, settings = 'tuned' } = options;
    const children = new Children();
    let over = false;
    let completed = false;
    const clearings: (() => Promise<unknown>)[] = [];
    try {
      const addresses = await bringUp({ environment, signal, onProgress });
      await migrate(addresses.postgres.url);
      const pool = openPool(addresses.postgres.url, { onIdleError: () => undefined });
      clearings.push(() => pool.end());
      const client = await connectTemporal(addresses);
      // Closed under a call that is under way, the client tries that again, on a timer whose error nobody could catch: then it is left to
      // the end of the process.
      clearings.push(async () => {
        if (completed) await client.connection.close();
      });
      signal.throwIfAborted();
      const stack: OwnStack = {
        ...{ home, environment, addresses, pool, client, settings, signal },
        startWorker: async (profile, { faultSeam = false } = {}) => {
          const worker = await spawnWorker({ home, profile, faultSeam, onLine: () => undefined });
          children.add(worker);
          if (over) await children.endAll();
          return worker;
        },
        beforeTheEnd: (clear) => void clearings.push(clear),
      };
      const working = callsEndedBy(signal, client, () => work(stack));
      const result = await unlessCalledOff(working, signal);
      completed = true;
      return result;
    } finally {
      over = true;
      for (const clear of clearings.reverse()) await atMost(endLimitMs, clear());
      await children.endAll();
    }
  });
}

/** Asks a worker of a measurement's to stop, and waits until it has. Its end isn't known yet, so its pid is nobody else's. */
export async function endWorker({ pid, exited }: SpawnedWorker): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await exited;
}

/** Workers of ours. One that isn't ready yet is in no register: it is known here, and its pid is its own until its end is known. */
class Children {
  readonly #living = new Set<SpawnedWorker>();

  add(worker: SpawnedWorker): void {
    this.#living.add(worker);
    void worker.exited.then(() => this.#living.delete(worker));
  }

  async endAll(): Promise<void> {
    const living = [...this.#living];
    for (const { pid } of living) process.kill(pid, 'SIGKILL');
    await Promise.all(living.map(({ exited }) => exited));
  }
}

/** What is left open in this process must not keep the servers: they go in any case. */
const endLimitMs = 15_000;

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}

/** As `onOwnStack`, for a measurement whose commands bring their own servers up: the home and the environment alone. */
export async function inOwnHome<T>(
  { settings = 'tuned' }: OwnStackOptions,
  work: (home: string) => Promise<T>,
): Promise<T> {
  // ps shows real paths, and macOS' temporary folder is behind a link.
  const home = await realpath(await mkdtemp(join(tmpdir(), 'leftoff-bench-')));
  const before = { ...process.env };
  try {
    // As root, Postgres runs as another user, who keeps its data elsewhere where he can't get in.
    await chmod(home, 0o755);
    const noProfiles = join(home, 'no-profiles.toml');
    await writeFile(noProfiles, '');
    for (const name of Object.keys(process.env)) if (ofUsersStack.test(name)) delete process.env[name];
    Object.assign(process.env, {
      LEFTOFF_HOME: home,
      LEFTOFF_TEMPORAL_SETTINGS: settings,
      TEMPORAL_CONFIG_FILE: noProfiles,
    });
    return await work(home);
  } finally {
    await clearAway(home);
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** What leads to a user's servers, or changes how runs work; what names programs and the cache of downloads stays. */
const ofUsersStack =
  /^(DATABASE_URL|REDIS_URL|TEMPORAL_.*|PG[A-Z]+|OTEL_.*|LEFTOFF_(METRICS|PROFILE|(TEMPORAL|TEMPORAL_UI|POSTGRES|REDIS)_PORT))$/;

async function clearAway(home: string): Promise<void> {
  await stopWorkers(home);
  await takeDown();
  for (const data of postgresDataFolders(home)) await rm(data, { recursive: true, force: true });
  // Stopped half-way, a program of the measurement's may write its last words meanwhile.
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
