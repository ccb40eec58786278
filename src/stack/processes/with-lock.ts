/**
 * Only one `up` or `down` at a time in a checkout.
 *
 * L1  The lock is a file that appears with its holder's identity inside, or not at all (link of a finished file).
 * L2  A holder that died leaves no lasting lock: whoever finds it checks the identity and takes it away.
 * L3  Waiting ends with an error that names the holder.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../../user-error.js';
import type { ProgressListener } from '../addresses.js';
import {
  identifyProcess,
  isSameProcess,
  type ProcessIdentity,
  processIdentitySchema,
} from './process-identity.js';

const pollMs = 50;
const abandonedBreakMs = 10_000;
/** Longer than any download is allowed to take. */
const waitLimitMs = 400_000;

/** Does `work` while holding the lock file at `path`; waits for another holder. */
export async function withLock<T>(
  path: string,
  onProgress: ProgressListener,
  work: () => Promise<T>,
): Promise<T> {
  const self = await identifyProcess(process.pid);
  if (!self) throw new Error(`ps does not list this process (${process.pid})`);
  const release = await takeLock(path, self, onProgress);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeLock(path: string, self: ProcessIdentity, onProgress: ProgressListener) {
  await mkdir(dirname(path), { recursive: true });
  const token = JSON.stringify({ token: randomUUID(), holder: self });
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, token, { mode: 0o600 });
  try {
    const deadline = Date.now() + waitLimitMs;
    let told = false;
    while (!(await tryLink(own, path))) {
      const held = await readFile(path, 'utf8').catch(() => null);
      if (held === null) continue;
      const holder = parseHolder(held);
      if (!holder || !(await isSameProcess(holder))) {
        await breakLock(path, held, own);
        continue;
      }
      if (Date.now() > deadline) {
        throw new UserError(
          `Another leftoff (process ${holder.pid}) has been starting or stopping the stack for ${waitLimitMs / 1000} s.`,
          `Wait for it, or end it: kill ${holder.pid}`,
        );
      }
      if (!told) onProgress(`waiting for another leftoff (process ${holder.pid}) to finish with the stack`);
      told = true;
      await delay(pollMs);
    }
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    if ((await readFile(path, 'utf8').catch(() => null)) === token) await rm(path, { force: true });
  };
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (z.object({ code: z.literal('EEXIST') }).safeParse(error).success) return false;
    throw error;
  }
}

/**
 * Takes a dead holder's lock away. Two may find the same one: only who holds the right to break looks again and removes, so the
 * later can't take away the earlier one's new lock.
 */
async function breakLock(path: string, dead: string, own: string): Promise<void> {
  const right = `${path}.break`;
  if (!(await tryLink(own, right))) {
    // It is held for a few milliseconds; one this old was left by a process that died in between.
    const held = await stat(right).catch(() => null);
    if (held && Date.now() - held.ctimeMs > abandonedBreakMs) await rm(right, { force: true });
    await delay(pollMs);
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === dead) await rm(path, { force: true });
  } finally {
    await rm(right, { force: true });
  }
}

function parseHolder(held: string): ProcessIdentity | null {
  try {
    return z.object({ holder: processIdentitySchema }).parse(JSON.parse(held)).holder;
  } catch {
    return null;
  }
}
