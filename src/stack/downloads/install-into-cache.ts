/**
 * Puts a folder into the cache, whole or not at all.
 *
 * I1  Work happens in a folder beside the goal and ends in a rename; two at once are fine, the first to finish stays.
 * I2  What fails or is interrupted leaves nothing that could be taken for the real thing.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether something is at this path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Calls `fill` with an empty folder that becomes `goal`. */
export async function installIntoCache(
  goal: string,
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(goal), { recursive: true });
  const partial = `${goal}.${randomUUID()}.partial`;
  try {
    await mkdir(partial);
    await fill(partial);
    await rename(partial, goal).catch(async (error: unknown) => {
      if (!(await exists(goal))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
