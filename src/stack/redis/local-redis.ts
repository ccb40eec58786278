/**
 * The local Redis: append-only, so that a restarted server knows its checkpoints; on 127.0.0.1 only.
 */
import { mkdir } from 'node:fs/promises';
import type { Environment } from '../environment.js';
import type { LocalServer } from '../processes/local-server.js';
import { checkRedis } from './check-redis.js';
import { redisDataFolder } from './data-folder.js';

/** Redis (or Valkey) as the stack starts it. */
export async function localRedis(
  environment: Environment,
  executable: { path: string; origin: string },
): Promise<LocalServer> {
  const folder = redisDataFolder(environment.home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    part: 'redis',
    executable: executable.path,
    origin: executable.origin,
    args: ({ port }) => [
      ...['--dir', folder, '--port', String(port), '--bind', '127.0.0.1'],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
      // Its command line is what we recognise it by.
      ...['--set-proc-title', 'no', '--daemonize', 'no'],
    ],
    env: { PATH: environment.path, LC_ALL: 'C' },
    runAs: null,
    address: ({ port }) => `redis://127.0.0.1:${port}`,
    checkHealth: ({ port }) => checkRedis(port),
    startLimitMs: 15_000,
  };
}
