/**
 * Takes away a postmaster.pid whose process is gone but whose pid another process has by now: Postgres would take that one for
 * its predecessor, and refuse to start.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess, type ProcessIdentity } from '../processes/process-identity.js';

/** The file's start is the server's own clock, `ps` derives it from the boot time. */
const startToleranceMs = 10_000;

/** Removes the file only where its pid is now somebody else's: with a dead pid Postgres deals itself, and knows of children that are left. */
export async function removeStalePidFile(dataFolder: string): Promise<void> {
  const path = join(dataFolder, 'postmaster.pid');
  // pid, data folder, start in seconds since 1970, and more.
  const [pid = '', , startedAt] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  if (!/^\d+$/.test(pid)) return;
  const found = await identifyProcess(Number(pid));
  if (!found || isItsServer(found, dataFolder, Number(startedAt) * 1000)) return;
  await rm(path, { force: true });
}

/** By its data folder, or, should somebody have started it with another path to it, by its start. */
function isItsServer({ command, startedAt }: ProcessIdentity, dataFolder: string, startMs: number): boolean {
  if (!/postgres/i.test(command)) return false;
  return (
    ` ${command} `.includes(` -D ${dataFolder} `) ||
    Math.abs(Date.parse(startedAt) - startMs) <= startToleranceMs
  );
}
