/**
 * The local Redis: append-only, so that a restarted server knows its checkpoints; on 127.0.0.1 only.
 *
 * R1  With a password: Redis writes files where a client tells it to, so that without one any user of this machine could write
 *     as whoever started it. The password stands in a file of the owner's alone, never on a command line.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.js';
import type { LocalServer, ServerPorts } from '../processes/local-server.js';
import { quoteForShell } from '../quote-for-shell.js';
import { checkRedis } from './check-redis.js';
import { redisDataFolder } from './data-folder.js';

/** Redis (or Valkey) as the stack starts it. */
export async function localRedis(
  environment: Environment,
  executable: { path: string; origin: string },
): Promise<LocalServer> {
  const folder = redisDataFolder(environment.home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const configuration = join(folder, 'redis.conf');
  const password = await keepPassword(configuration);
  const address = ({ port }: ServerPorts): string => `redis://:${password}@127.0.0.1:${port}`;
  return {
    part: 'redis',
    executable: executable.path,
    origin: executable.origin,
    args: ({ port }) => [
      configuration,
      ...['--dir', folder, '--port', String(port), '--bind', '127.0.0.1'],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
      // Its command line is what we recognise it by.
      ...['--set-proc-title', 'no', '--daemonize', 'no'],
    ],
    env: { PATH: environment.path, LC_ALL: 'C' },
    runAs: null,
    data: quoteForShell(folder),
    address,
    checkHealth: (ports) => checkRedis(address(ports)),
    startLimitMs: 15_000,
  };
}

/** The password of before, or a new one; either way it is in the file that the server reads. */
async function keepPassword(configuration: string): Promise<string> {
  const before = await readFile(configuration, 'utf8').catch(() => '');
  const password = /^requirepass ([0-9a-f]{32})$/m.exec(before)?.[1] ?? randomBytes(16).toString('hex');
  await writeFile(configuration, `requirepass ${password}\n`, { mode: 0o600 });
  return password;
}
