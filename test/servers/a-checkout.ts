/**
 * A checkout as a user has it: a LEFTOFF_HOME, a database and a Temporal namespace of its own, and the `leftoff` command in it.
 *
 * C1  Shares servers with other test files, and nothing else: no orders, no runs, no workers.
 * C2  `cleanUp` ends what was started in it: children by their pid, workers by the register.
 * C3  What is written nowhere else can't lead it to a developer's stack (clean-environment.ts).
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { execa } from 'execa';
import pRetry from 'p-retry';
import { inject } from 'vitest';
import { stopWorkers } from '../../src/worker/stop-workers.js';
import { cleanEnvironment } from './clean-environment.js';
import { createEmptyTestDatabase, type TestDatabase } from './test-database.js';

interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null after a signal. */
  readonly exitCode: number | null;
  readonly durationMs: number;
}

export interface Checkout {
  readonly home: string;
  /** For what a test starts by itself; holds everything that leads to this checkout's servers. */
  readonly environment: Readonly<Record<string, string>>;
  /** Empty but for what commands do: they migrate it when they first need it. */
  readonly database: TestDatabase;
  /** In this checkout's namespace. */
  readonly temporal: Client;
  /** Runs `leftoff …` to its end, without a terminal. */
  leftoff(...args: string[]): Promise<CommandResult>;
  /** Starts `leftoff …` and leaves it running; `cleanUp` ends it if nobody else has. */
  start(...args: string[]): RunningCommand;
  /** The same checkout for commands with other variables, such as a way to a server that can be cut. */
  having(more: Readonly<Record<string, string>>): Pick<Checkout, 'environment' | 'leftoff' | 'start'>;
  cleanUp(): Promise<void>;
}

export type RunningCommand = ReturnType<typeof startCommand>;

/** The built command, as a user runs it. */
export const leftoffProgram = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const commandLimitMs = 60_000;

/** Call it in `beforeAll` (a namespace takes up to a second), and `cleanUp()` in `afterAll`. */
export async function aCheckout(more: Readonly<Record<string, string>> = {}): Promise<Checkout> {
  const { home, name } = await aHome();
  const [database, temporal] = await Promise.all([createEmptyTestDatabase(), aNamespace(name)]);
  const redisUrl = inject('redisUrl');
  const environment = {
    ...cleanEnvironment(),
    LEFTOFF_HOME: home,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: name,
    DATABASE_URL: database.url,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    // The tests' server is tuned as the local stack is; the default for a configured one would be production.
    LEFTOFF_PROFILE: 'demo',
    ...more,
  };
  const commands = commandsIn(environment);
  const others: Commands[] = [];
  return {
    home,
    environment,
    database,
    temporal,
    ...commands,
    having: (more) => {
      const changed = { ...environment, ...more };
      const other = commandsIn(changed);
      others.push(other);
      return { environment: changed, ...other };
    },
    cleanUp: async () => {
      await Promise.all([commands, ...others].map(({ endAll }) => endAll()));
      await stopWorkers(home, { graceMs: 0 });
      await Promise.all([
        temporal.connection.close(),
        database.drop(),
        rm(home, { recursive: true, force: true }),
      ]);
    },
  };
}

/** A checkout with no servers at all: for `up`, `down`, and what commands say when everything is down. */
export type BareCheckout = Pick<Checkout, 'home' | 'environment' | 'leftoff' | 'start' | 'cleanUp'>;

/** @param more variables on top, such as LEFTOFF_POSTGRES_PORT */
export async function aBareCheckout(more: Readonly<Record<string, string>> = {}): Promise<BareCheckout> {
  const { home } = await aHome();
  const environment = { ...cleanEnvironment(), LEFTOFF_HOME: home, ...more };
  const commands = commandsIn(environment);
  return {
    home,
    environment,
    ...commands,
    cleanUp: async () => {
      await commands.endAll();
      await commands.leftoff('down');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function aHome(): Promise<{ home: string; name: string }> {
  const name = `leftoff-test-${randomBytes(5).toString('hex')}`;
  const home = join(inject('checkoutsFolder'), name);
  await mkdir(home);
  return { home, name };
}

function startCommand(env: Readonly<Record<string, string>>, args: readonly string[]) {
  return execa(process.execPath, [leftoffProgram, ...args], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    // A command that hangs is to fail its test, not the whole file.
    timeout: commandLimitMs,
    killSignal: 'SIGKILL',
  });
}

type Commands = ReturnType<typeof commandsIn>;

function commandsIn(environment: Readonly<Record<string, string>>) {
  const running = new Set<RunningCommand>();
  const start: Checkout['start'] = (...args) => {
    const child = startCommand(environment, args);
    running.add(child);
    void child.finally(() => running.delete(child));
    return child;
  };
  return {
    start,
    leftoff: async (...args: string[]): Promise<CommandResult> => {
      const { stdout, stderr, exitCode, durationMs } = await start(...args);
      return { stdout, stderr, exitCode: exitCode ?? null, durationMs };
    },
    endAll: async () => {
      const children = [...running];
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children);
    },
  };
}

/** A namespace is usable once the server's caches know it, a moment after it was registered. */
async function aNamespace(namespace: string): Promise<Client> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const client = new Client({ connection, namespace });
  await client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: proto.google.protobuf.Duration.fromObject({ seconds: 86_400 }),
  });
  await pRetry(
    async () => {
      await client.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: 'leftoff' } });
    },
    { retries: 200, minTimeout: 50, factor: 1 },
  );
  return client;
}
