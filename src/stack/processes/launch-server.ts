/**
 * Launches a server in the background: a session of its own, output to a log, nothing that ties it to this process.
 *
 * N1  Ctrl+C in the terminal that started it does not reach it (own session).
 * N2  The launching process can exit at once: no pipes, no listeners that keep it alive.
 * N3  If the server ends early, its last words are the error.
 * N4  Its log, and what files it makes, are for nobody else to read.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LocalServer, ServerPorts } from './local-server.js';
import { identifyProcess, type ProcessIdentity } from './process-identity.js';

/** A log that grew beyond this is put aside at the next start. */
const logLimitBytes = 20 * 1024 * 1024;

export interface LaunchedServer {
  readonly process: ProcessIdentity;
  readonly log: string;
  /** Resolves with the server's last words when it ends while we still look. */
  readonly ended: Promise<string>;
}

/** The server ended, or never ran; `lastWords` is the end of its log. */
export class ServerEnded extends Error {
  override readonly name = 'ServerEnded';

  constructor(
    readonly lastWords: string,
    readonly log: string,
  ) {
    super(lastWords);
  }
}

/** Starts the process and identifies it; whether it works is for the health check. */
export async function launchServer(
  home: string,
  server: LocalServer,
  ports: ServerPorts,
): Promise<LaunchedServer> {
  const log = join(home, 'logs', `${server.part}.log`);
  await mkdir(dirname(log), { recursive: true });
  // Not by mkdir's mode: whoever logged first may have made it, a worker for one.
  await chmod(dirname(log), 0o700);
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logLimitBytes) await rename(log, `${log}.old`);
  const offset = size > logLimitBytes ? 0 : size;
  const output = await open(log, 'a', 0o600);
  try {
    const child = spawnPrivately(home, server, ports, output.fd);
    child.unref();
    const ended = once(child, 'exit').then(
      () => lastWords(log, offset),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const { pid } = child;
    const launched = pid === undefined ? null : await identifyProcess(pid);
    if (!launched) throw new ServerEnded(await ended, log);
    return { process: launched, log, ended };
  } finally {
    await output.close();
  }
}

/** The mask is this process', so it is ours again before anything else of it can run: spawning is synchronous. */
function spawnPrivately(home: string, server: LocalServer, ports: ServerPorts, output: number): ChildProcess {
  const ours = process.umask(0o077);
  try {
    return spawn(server.executable, [...server.args(ports)], {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...server.env },
      // As another user, our working directory may be one that it cannot enter.
      ...(server.runAs ? { uid: server.runAs.uid, gid: server.runAs.gid, cwd: '/' } : { cwd: home }),
    });
  } finally {
    process.umask(ours);
  }
}

async function lastWords(log: string, offset: number): Promise<string> {
  return endOf((await readFile(log)).subarray(offset).toString('utf8'));
}

/** The last lines of a log that a person can read. Temporal panics where its port is lost: the reason stands before the stack. */
export function endOf(log: string): string {
  const words = log
    .split(/^goroutine \d+ \[/m, 1)
    .join('')
    .trim();
  return words.split('\n').slice(-8).join('\n') || 'it ended without a word';
}
