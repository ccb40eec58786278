/**
 * Tells whether a process is still the one that was recorded.
 *
 * P1  A process is the same only where pid, start time and command line agree; a pid alone is reused sooner or later.
 * P2  A zombie is not running, whatever its pid says.
 * P3  A Ctrl+C that hits our `ps` is no answer: it is asked again.
 * P4  A command line comes whole, letters beyond ASCII too, whatever locale the caller has.
 * P5  Read through `ps`, which Linux and macOS both have; nothing here needs /proc.
 */
import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../user-error.js';

// Node's own: this is on the way of every command, and execa takes 150 ms to load.
const run = promisify(execFile);

/** `ps` derives the start from the boot time, which moves by a second when the clock is adjusted. */
const startToleranceMs = 3_000;

export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /** ISO time, exact to the second. */
  startedAt: z.string(),
  command: z.string(),
});

/** What makes a process that process, for records on disk. */
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The process that has this pid now, or null where none is running. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  return (await identifyProcesses([pid])).get(pid) ?? null;
}

/** As `identifyProcess`, for several pids with one `ps` (about 15 ms). Pids without a running process are left out. */
export async function identifyProcesses(
  pids: readonly number[],
): Promise<ReadonlyMap<number, ProcessIdentity>> {
  return parseProcesses(await listProcesses(pids));
}

/** As `identifyProcesses`, with which of them are stopped by a signal (SIGSTOP, or Ctrl+Z): they run, and do nothing. */
export async function identifyProcessesAndFrozen(
  pids: readonly number[],
): Promise<{ readonly running: ReadonlyMap<number, ProcessIdentity>; readonly frozen: ReadonlySet<number> }> {
  const listed = await listProcesses(pids);
  const frozen = new Set([...listed.matchAll(/^\s*(\d+)\s+T/gm)].map(([, pid]) => Number(pid)));
  return { running: parseProcesses(listed), frozen };
}

/** Empty where there is none to ask for. */
async function listProcesses(pids: readonly number[]): Promise<string> {
  const listed = [...new Set(pids)].filter((pid) => Number.isSafeInteger(pid) && pid > 0);
  return listed.length === 0 ? '' : ps(['-p', listed.join(',')]);
}

/** Every process on the machine: for finding servers whose record was lost. */
export async function identifyAllProcesses(): Promise<ReadonlyMap<number, ProcessIdentity>> {
  return parseProcesses(await ps(['-A']));
}

/** The names of the programs that these processes run, which a command line only claims: its first word may be anything. */
export async function identifyPrograms(pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (pids.length === 0) return new Map();
  // Wide: macOS cuts the path at 79 columns otherwise, and the name with it.
  const listed = await ps(['-p', pids.join(',')], ['-ww', '-o', 'pid=', '-o', 'comm=']);
  const programs = listed.matchAll(/^\s*(\d+)\s+(.*\S)\s*$/gm);
  // macOS shows the whole path.
  return new Map([...programs].map(([, pid, program = '']) => [Number(pid), basename(program)]));
}

/** Whether the recorded process still runs: same pid, same start, same command line. */
export async function isSameProcess(recorded: ProcessIdentity): Promise<boolean> {
  return matches(recorded, await identifyProcess(recorded.pid));
}

/** The comparison itself, for callers that have asked `ps` once for many. */
export function matches(recorded: ProcessIdentity, current: ProcessIdentity | null | undefined): boolean {
  if (!current || current.pid !== recorded.pid || current.command !== recorded.command) return false;
  return Math.abs(Date.parse(current.startedAt) - Date.parse(recorded.startedAt)) <= startToleranceMs;
}

/** A Ctrl+C reaches every process of a terminal, and so a `ps` of ours as well: what it was asked is still to be known. */
const attempts = 5;

/**
 * Dates are to be parsed, so they and what `ps` says are in English; letters beyond ASCII are to come whole, since paths may hold
 * them: the C locale would print each as `?`. macOS had no C.UTF-8 for long.
 */
const psLocale =
  process.platform === 'darwin' ? { LANG: 'C', LC_CTYPE: 'en_US.UTF-8' } : { LC_ALL: 'C.UTF-8' };

/** Nothing of the caller's locale: where one category of it isn't installed, `ps` falls back to C for all. */
function psEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(LANG|LANGUAGE|LC_.*)$/.test(name));
  return { ...Object.fromEntries(inherited), ...psLocale, TZ: 'UTC' };
}

const identityColumns = ['-ww', '-o', 'pid=', '-o', 'stat=', '-o', 'lstart=', '-o', 'args='];

async function ps(selection: readonly string[], columns = identityColumns): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runPs([...columns, ...selection]);
    if (outcome.kind === 'listed') return outcome.stdout;
    if (attempt === attempts) throw outcome.error;
  }
}

type PsOutcome =
  | { readonly kind: 'listed'; readonly stdout: string }
  | { readonly kind: 'ended by a signal'; readonly error: unknown };

async function runPs(args: readonly string[]): Promise<PsOutcome> {
  try {
    const { stdout } = await run('ps', [...args], {
      env: psEnvironment(),
      timeout: 5_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { kind: 'listed', stdout };
  } catch (error) {
    const { code, stdout, stderr, signal, killed } = psErrorSchema.parse(error);
    // procps' ps catches some signals, says so and exits 1.
    if ((signal !== null && !killed) || / caught by ps/.test(stderr))
      return { kind: 'ended by a signal', error };
    // `ps` exits 1 when one or all of the pids are gone, and still lists the others.
    if (code === 1) return { kind: 'listed', stdout };
    if (code === 'ENOENT') {
      throw new UserError(
        '`ps` is not installed, so processes cannot be told apart.',
        'Install it (Debian: apt-get install procps).',
      );
    }
    throw error;
  }
}

const psErrorSchema = z.object({
  code: z.unknown(),
  stdout: z.string().catch(''),
  stderr: z.string().catch(''),
  signal: z.string().nullable().catch(null),
  /** By our own time limit. */
  killed: z.boolean().catch(false),
});

/** Reads lines such as `4711 Ssl Mon Nov 23 17:45:41 2026 temporal server start-dev`. */
export function parseProcesses(output: string): ReadonlyMap<number, ProcessIdentity> {
  const processes = new Map<number, ProcessIdentity>();
  for (const line of output.split('\n')) {
    const found = /^\s*(\d+)\s+(\S+)\s+\w+\s+(\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*\S)\s*$/.exec(line);
    const [, pidText, state, started, command] = found ?? [];
    if (!pidText || !state || !started || !command || state.startsWith('Z')) continue;
    const startedAt = new Date(`${started} UTC`);
    if (Number.isNaN(startedAt.getTime())) continue;
    const pid = Number(pidText);
    processes.set(pid, { pid, startedAt: startedAt.toISOString(), command });
  }
  return processes;
}
