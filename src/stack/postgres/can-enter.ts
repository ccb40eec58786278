import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { UnixUser } from '../processes/local-server.js';

/**
 * Whether a user can pass through every folder on the way to `path` (x permission by mode bits; what exists of it).
 * Root's home, mode 700, is the case in point.
 */
export async function canEnter(path: string, user: UnixUser): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) {
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return false;
  }
  const parent = dirname(path);
  return parent === path || (await canEnter(parent, user));
}
