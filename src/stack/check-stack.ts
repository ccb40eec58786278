/**
 * Checks every part of the stack, for `verify`: what answers, with which settings, and whether all is here to work offline.
 *
 * H1  Changes nothing and fetches nothing; every check bounds its time. Called off, it leaves no program that it asked.
 * H2  `failed` is something to mend; `absent` is something that works without (Redis), or isn't there yet by choice.
 */
import { UserError } from '../user-error.js';
import { type PartName, partLabels } from './addresses.js';
import type { StackOptions } from './bring-up.js';
import { asCaller } from './caller.js';
import { checkAnswer } from './check-answer.js';
import { checkConfigured } from './check-configured.js';
import { findProgram } from './downloads/locate-program.js';
import { programsNeeded } from './downloads/programs.js';
import { type Environment, readEnvironment } from './environment.js';
import { findRunningServers, type RunningServers } from './processes/find-running-servers.js';
import { configuredTemporal } from './temporal/configured-temporal.js';
import { temporalUi } from './temporal/local-address.js';
import {
  readSettings,
  settingWords,
  type TemporalSettings,
  tunedSettings,
} from './temporal/server-settings.js';

/** One line of `verify`. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'absent';
  readonly detail: string;
  /** What to do, where there is something to be done. */
  readonly mend?: string;
}

/** All checks, in the order in which they are to be read. */
export async function checkStack(options: Omit<StackOptions, 'onProgress'> = {}): Promise<readonly Check[]> {
  const { environment = readEnvironment() } = options;
  const { signal } = asCaller(options);
  const running = await findRunningServers(environment.home);
  const groups = await Promise.all([
    checkTemporalPart(environment, running),
    checkPart('postgres', environment, running),
    checkPart('redis', environment, running),
    checkOffline(environment, signal),
  ]);
  return groups.flat();
}

async function checkTemporalPart(
  environment: Environment,
  running: RunningServers,
): Promise<readonly Check[]> {
  const checks = await checkPart('temporal', environment, running);
  if (configuredTemporal(environment) || checks.some(({ state }) => state !== 'ok')) return checks;
  return [
    ...checks,
    { name: 'Temporal Web UI', state: 'ok', detail: temporalUi(running.temporal?.uiPort ?? null) },
    checkSettings(running.temporal?.process?.command ?? '', environment.temporalSettings),
  ];
}

function checkSettings(command: string, wanted: TemporalSettings): Check {
  const name = 'Temporal settings';
  const settings = readSettings(command);
  const mend = 'npx leftoff down && npx leftoff up';
  const short = (list: readonly string[]) => list.map((each) => each.replace('history.', '')).join(', ');
  if (settings.kind === 'mixed')
    return { name, state: 'failed', detail: `started without ${short(settings.missing)}`, mend };
  if (settings.kind !== wanted)
    return { name, state: 'failed', detail: `${settingWords[settings.kind]}; asked for: ${wanted}`, mend };
  const detail =
    settings.kind === 'tuned'
      ? `poll limit raised, timers prompt: ${short(tunedSettings)}`
      : `${settingWords.default}: an Activity after the first 20 a second waits 47 ms`;
  return { name, state: 'ok', detail };
}

async function checkPart(
  part: PartName,
  environment: Environment,
  running: RunningServers,
): Promise<readonly Check[]> {
  const name = partLabels[part];
  const failed = (detail: string, mend: string): readonly Check[] => [
    { name, state: 'failed', detail, mend },
  ];
  try {
    const configured = await checkConfigured(part, environment);
    if (configured !== null) return [{ name, state: 'ok', detail: configured }];
  } catch (error) {
    if (error instanceof UserError) return failed(error.message, error.mend);
    throw error;
  }
  const record = running[part];
  if (!record && part === 'redis') {
    const mend = 'npx leftoff up';
    return [{ name, state: 'absent', detail: 'not running; all but Redis checkpoints works without', mend }];
  }
  if (!record) return failed('not running', 'npx leftoff up');
  try {
    await checkAnswer(record);
    const where = part === 'temporal' ? record.address : `127.0.0.1:${record.port}`;
    return [{ name, state: 'ok', detail: `${where}, process ${record.process?.pid}, from ${record.origin}` }];
  } catch (error) {
    return failed(`process ${record.process?.pid} does not answer: ${messageOf(error)}`, 'npx leftoff up');
  }
}

async function checkOffline(environment: Environment, signal: AbortSignal): Promise<readonly Check[]> {
  const found = await Promise.all(
    programsNeeded(environment).map(async (source) => ({
      source,
      found: await findProgram(environment, source, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return messageOf(error);
      }),
    })),
  );
  const skipped = found.flatMap((each) => (typeof each.found === 'string' ? [] : each.found.skipped));
  const remark = skipped.map((each) => `; passed over: ${each}`).join('');
  const missing = found.filter((each) => typeof each.found === 'string' || !('path' in each.found));
  if (missing.length === 0) {
    return [
      { name: 'Offline', state: 'ok', detail: `every program is on this machine, the tests’ too${remark}` },
    ];
  }
  const detail = `still to be fetched: ${missing.map(({ source }) => source.label).join(', ')}${remark}`;
  return [{ name: 'Offline', state: 'absent', detail, mend: 'npx leftoff up --download' }];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
