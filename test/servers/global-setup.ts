/**
 * Real servers for the tiers `integration` and `cli`: one stack for both, beside whatever a developer runs.
 *
 * G1  A LEFTOFF_HOME and ports of its own: a running stack is neither used nor disturbed, and doesn't disturb.
 * G2  Whatever ends the run (Ctrl+C and kill -9 too), nothing stays behind: keep-servers.mjs holds the servers and sees it.
 * G3  LEFTOFF_TEST_USE_ENVIRONMENT=1: what DATABASE_URL, TEMPORAL_ADDRESS and REDIS_URL name is used instead.
 *
 * vitest runs this once a project, in one process, each time as a fresh module: the second finds the first's servers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { cleanEnvironment } from './clean-environment.js';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
    /** Null where the environment's server is used. */
    temporalUi: string | null;
    /** Null where this machine has no Redis. */
    redisUrl: string | null;
    /** Where checkouts of tests go (a-checkout.ts), so that the end of the run finds them. */
    checkoutsFolder: string;
  }
}

const addressesSchema = z.object({
  temporalAddress: z.string(),
  temporalUi: z.string().nullable(),
  postgresUrl: z.string(),
  redisUrl: z.string().nullable(),
});

type Servers = z.infer<typeof addressesSchema> & { readonly checkoutsFolder: string };

interface SharedServers {
  readonly ready: Promise<{ readonly servers: Servers; readonly keeper: ChildProcess }>;
  users: number;
}

declare global {
  var leftoffTestServers: SharedServers | undefined;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  globalThis.leftoffTestServers ??= { ready: startServers(), users: 0 };
  const mine = globalThis.leftoffTestServers;
  mine.users += 1;
  const { servers, keeper } = await mine.ready;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('temporalAddress', servers.temporalAddress);
  project.provide('temporalUi', servers.temporalUi);
  project.provide('redisUrl', servers.redisUrl);
  project.provide('checkoutsFolder', servers.checkoutsFolder);
  return async () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    globalThis.leftoffTestServers = undefined;
    await endKeeper(keeper);
  };
}

async function startServers(): Promise<{ servers: Servers; keeper: ChildProcess }> {
  if (!existsSync(fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)))) {
    throw new Error('These tests run the built program: npm run build first, or npm run test:integration.');
  }
  // ps shows real paths, and macOS' temporary folder is behind a link.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'leftoff-tests-')));
  // Postgres runs as another user when we are root.
  await chmod(folder, 0o755);
  const checkoutsFolder = join(folder, 'checkouts');
  await mkdir(checkoutsFolder);
  const script = fileURLToPath(new URL('./keep-servers.mjs', import.meta.url));
  const keeper = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: process.env.LEFTOFF_TEST_USE_ENVIRONMENT
      ? process.env
      : { ...cleanEnvironment(), ...(await freePorts()) },
  });
  const words: string[] = [];
  createInterface({ input: keeper.stderr }).on('line', (line) => words.push(line));
  const [said] = await Promise.race([
    once(createInterface({ input: keeper.stdout }), 'line'),
    once(keeper, 'close'),
  ]);
  if (typeof said !== 'string') throw new Error(`The tests' servers did not start:\n${words.join('\n')}`);
  return { servers: { ...addressesSchema.parse(JSON.parse(said)), checkoutsFolder }, keeper };
}

/** Not the usual ones: a developer's `leftoff up` while tests run is to find those free. */
async function freePorts(): Promise<Record<string, string>> {
  const names = [
    'LEFTOFF_TEMPORAL_PORT',
    'LEFTOFF_TEMPORAL_UI_PORT',
    'LEFTOFF_POSTGRES_PORT',
    'LEFTOFF_REDIS_PORT',
  ];
  const ports: Record<string, string> = {};
  for (const name of names) ports[name] = String(await getPort());
  return ports;
}

async function endKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null) return;
  const exited = once(keeper, 'exit');
  keeper.stdin?.end();
  await exited;
}
