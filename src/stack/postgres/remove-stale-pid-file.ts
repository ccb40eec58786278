/**
 * Takes away a postmaster.pid whose process is gone but whose pid another process has by now: Postgres would take that one for
 * its predecessor, and refuse to start.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess } from '../processes/process-identity.js';

/** Removes the file only where its pid is now somebody else's: with a dead pid Postgres deals itself, and knows of children that are left. */
export async function removeStalePidFile(dataFolder: string): Promise<void> {
  const path = join(dataFolder, 'postmaster.pid');
  const [firstLine] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  if (!firstLine || !/^\d+$/.test(firstLine)) return;
  const found = await identifyProcess(Number(firstLine));
  if (!found || /postgres/i.test(found.command)) return;
  await rm(path, { force: true });
}
