/**
 * Brings the stack up: what the environment doesn't name and isn't running is started, all at once.
 *
 * B1  Idempotent: what runs and answers stays, with its ports, its data and its process.
 * B2  One at a time in a checkout (a lock); the second finds everything up.
 * B3  Without Redis everything else comes up, also where one is here and doesn't start; why there is none is said.
 * B4  What the environment names is asked, and never started.
 * B5  Where one part fails, the others stay, so that the next attempt has less to do; the caller is told which it has started.
 * B6  Called off (Ctrl+C), it leaves neither half a download nor a server that isn't up, and rejects with the signal's reason.
 * B7  A server that runs with other settings than asked for stays as it is; that it does is said.
 */
import { join } from 'node:path';
import { UserError } from '../user-error.js';
import { type PartName, type ProgressListener, partLabels, type StackAddresses } from './addresses.js';
import { asCaller, type Caller } from './caller.js';
import { checkAnswer } from './check-answer.js';
import { checkConfigured } from './check-configured.js';
import { locateProgram } from './downloads/locate-program.js';
import { redisServer, temporalCli } from './downloads/programs.js';
import { type Environment, readEnvironment } from './environment.js';
import { findStack } from './find-stack.js';
import { findRunningServers, type RunningServers } from './processes/find-running-servers.js';
import type { LocalServer } from './processes/local-server.js';
import { startServer } from './processes/start-server.js';
import { withLock } from './processes/with-lock.js';
import { configuredTemporal } from './temporal/configured-temporal.js';
import { type RunningSettings, readSettings, settingWords } from './temporal/server-settings.js';

/** A stack that is up, and what this call had to do for it. */
export interface StackUp extends StackAddresses {
  /** The parts that were started by this call; empty when all were up. */
  readonly started: readonly PartName[];
  /** How the local dev server is set; null where the environment names a server. */
  readonly temporalSettings: RunningSettings['kind'] | null;
  /** What a user should know of although it works: why there is no Redis, for one. */
  readonly notes: readonly string[];
}

/** Options of the operations on the whole stack. */
export interface StackOptions extends Partial<Caller> {
  readonly environment?: Environment;
}

/** Options of `bringUp`. */
export interface BringUpOptions extends StackOptions {
  /** Hears of each part as it is up by this call: also of those that are when another fails, or when it is called off. */
  readonly onStarted?: (part: PartName) => void;
}

/** Starts what is missing and waits until it is healthy. Throws a UserError for what can't be had. */
export async function bringUp(options: BringUpOptions = {}): Promise<StackUp> {
  const { environment = readEnvironment(), onStarted = () => undefined } = options;
  const caller = asCaller(options);
  const wanted = wantedParts(environment);
  return withLock(join(environment.home, 'lock'), caller, async () => {
    const notes: string[] = [];
    const running = await findAnswering(environment, wanted, caller.onProgress);
    const missing = wanted.filter((part) => !running[part]);
    const configured = parts
      .filter((part) => !wanted.includes(part))
      .map((part) => checkConfigured(part, environment));
    const outcomes = await Promise.allSettled([
      ...missing.map(async (part) => {
        const outcome = await startPart(environment, part, caller, notes);
        if (outcome === 'started') onStarted(part);
        return outcome;
      }),
      ...configured,
    ]);
    caller.signal.throwIfAborted();
    const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    if (failures.length > 0) throw combine(failures);
    const started = missing.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' && outcome.value === 'started';
    });
    const temporalSettings = missing.includes('temporal')
      ? environment.temporalSettings
      : running.temporal && readSettings(running.temporal.process?.command ?? '').kind;
    if (temporalSettings !== null && temporalSettings !== environment.temporalSettings)
      notes.push(
        `Temporal runs already, with ${settingWords[temporalSettings]}; asked for: ${environment.temporalSettings}.\nnpx leftoff down && npx leftoff up`,
      );
    return { ...(await findStack({ environment })), started, temporalSettings, notes };
  });
}

const parts: readonly PartName[] = ['temporal', 'postgres', 'redis'];

/** The parts that are ours to run: those the environment doesn't name. */
export function wantedParts(environment: Environment): readonly PartName[] {
  const wanted: PartName[] = [];
  if (!configuredTemporal(environment)) wanted.push('temporal');
  if (environment.databaseUrl === undefined) wanted.push('postgres');
  if (environment.redisUrl === undefined) wanted.push('redis');
  return wanted;
}

async function findAnswering(
  environment: Environment,
  wanted: readonly PartName[],
  onProgress: ProgressListener,
): Promise<RunningServers> {
  const running: Record<PartName, RunningServers[PartName]> = {
    ...(await findRunningServers(environment.home)),
  };
  await Promise.all(
    wanted.map(async (part) => {
      const record = running[part];
      if (!record) return;
      await checkAnswer(record).catch((error: unknown) => {
        onProgress(
          `${partLabels[part]} does not answer: ${error instanceof Error ? error.message : String(error)}`,
        );
        running[part] = null;
      });
    }),
  );
  return running;
}

async function startPart(
  environment: Environment,
  part: PartName,
  caller: Caller,
  notes: string[],
): Promise<'started' | 'absent'> {
  try {
    const server = await prepareServer(environment, part, caller);
    caller.onProgress(`starting ${partLabels[part]}`);
    await startServer(environment, server, caller);
    return 'started';
  } catch (error) {
    if (part !== 'redis' || !(error instanceof UserError)) throw error;
    notes.push(`No Redis; all but Redis checkpoints works without. ${error.message}\n${error.mend}`);
    return 'absent';
  }
}

/** Programs and modules are loaded only for what is to be started: a second `up` loads none of them. */
async function prepareServer(environment: Environment, part: PartName, caller: Caller): Promise<LocalServer> {
  switch (part) {
    case 'temporal': {
      const { localTemporal } = await import('./temporal/local-temporal.js');
      return localTemporal(environment, await locateProgram(environment, temporalCli(environment), caller));
    }
    case 'postgres': {
      const { localPostgres } = await import('./postgres/local-postgres.js');
      return localPostgres(environment, caller);
    }
    case 'redis': {
      const { localRedis } = await import('./redis/local-redis.js');
      return localRedis(environment, await locateProgram(environment, redisServer(), caller));
    }
  }
}

function combine(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures;
  if (others.length === 0) return first;
  const known = failures.filter((each) => each instanceof UserError);
  if (known.length < failures.length) return failures.find((each) => !(each instanceof UserError));
  return new UserError(
    known.map((each) => each.message).join('\n'),
    [...new Set(known.map((each) => each.mend))].join('\n'),
  );
}
