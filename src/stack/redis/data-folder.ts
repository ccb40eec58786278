import { join } from 'node:path';

/** Where the local Redis keeps its append-only file: checkpoints survive its restart. */
export function redisDataFolder(home: string): string {
  return join(home, 'redis');
}
