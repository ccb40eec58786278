/**
 * Puts a folder into the cache, whole or not at all.
 *
 * I1  Work happens in a folder beside the goal and ends in a rename; two at once are fine, the first to finish stays.
 * I2  What fails or is interrupted leaves nothing that could be taken for the real thing; its remains go with the next install.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** No install takes this long: older remains were left by one that was killed. */
const abandonedAfterMs = 3_600_000;

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
  await sweepAbandoned(goal);
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

async function sweepAbandoned(goal: string): Promise<void> {
  const folder = dirname(goal);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(goal)}.`) || !name.endsWith('.partial')) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs)
      await rm(path, { recursive: true, force: true });
  }
}
