/**
 * Only one `up` or `down` at a time in a checkout.
 *
 * L1  The lock is a file that appears with its holder's identity inside, or not at all (link of a finished file).
 * L2  A holder that died leaves no lasting lock: whoever finds it checks the identity and takes it away.
 * L3  Waiting ends: with an error that names the holder, or when the caller calls it off.
 * L4  A lock that can't be read, since another user's leftoff made it, is an error at once: nobody could tell whether it is held.
 * L5  No room for it on the disk is an error of its own, and leaves nothing: stopping servers is to work without.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../user-error.js';
import type { Caller } from '../caller.js';
import { makeHome } from '../make-home.js';
import { quoteForShell } from '../quote-for-shell.js';
import { isOutOfSpace } from './is-out-of-space.js';
import { pause } from './pause.js';
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

/** The disk is full. */
export class NoRoomForLock extends UserError {
  override readonly name = 'NoRoomForLock';

  constructor(path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The lock ${path} can't be written: ${reason}.`, 'Make room on that disk.', 'failed', { cause });
  }
}

/** Does `work` while holding the lock file at `path`; waits for another holder, unless `onHeld`, told of it once, throws. */
export async function withLock<T>(
  path: string,
  caller: Caller,
  work: () => Promise<T>,
  onHeld: (holder: ProcessIdentity) => void = ({ pid }) =>
    caller.onProgress(`waiting for another leftoff (process ${pid}) to finish with the stack`),
): Promise<T> {
  const self = await identifyProcess(process.pid);
  if (!self) throw new Error(`ps does not list this process (${process.pid})`);
  const release = await takeLock(path, self, caller.signal, onHeld).catch((error: unknown) => {
    throw refusal(error, path);
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeLock(
  path: string,
  self: ProcessIdentity,
  signal: AbortSignal,
  onHeld: (holder: ProcessIdentity) => void,
) {
  await makeHome(dirname(path));
  const token = JSON.stringify({ token: randomUUID(), holder: self });
  const own = `${path}.${randomUUID()}`;
  try {
    await writeFile(own, token, { mode: 0o600 });
    const deadline = Date.now() + waitLimitMs;
    let told = false;
    while (!(await tryLink(own, path))) {
      const held = await readLock(path);
      const holder = await livingHolder(held);
      if (Date.now() > deadline) throw stillHeld(path, holder);
      if (held !== null && holder === null) await breakLock(path, held, own);
      if (holder !== null && !told) {
        told = true;
        onHeld(holder);
      }
      // On every turn: whatever it is that we don't get past, we don't spin on it.
      await pause(pollMs, signal);
    }
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    if ((await readFile(path, 'utf8').catch(() => null)) === token) await rm(path, { force: true });
  };
}

/** What the lock says, or null where it went in between. */
async function readLock(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (z.object({ code: z.literal('ENOENT') }).safeParse(error).success) return null;
    throw error;
  }
}

async function livingHolder(held: string | null): Promise<ProcessIdentity | null> {
  const holder = held === null ? null : parseHolder(held);
  return holder !== null && (await isSameProcess(holder)) ? holder : null;
}

function stillHeld(path: string, holder: ProcessIdentity | null): UserError {
  const seconds = waitLimitMs / 1000;
  return holder === null
    ? new UserError(
        `The lock ${path} could not be had within ${seconds} s.`,
        `Remove it: rm ${quoteForShell(path)}`,
      )
    : new UserError(
        `Another leftoff (process ${holder.pid}) has been starting or stopping the stack for ${seconds} s.`,
        `Wait for it, or end it: kill ${holder.pid}`,
      );
}

/** Another user's lock, or a whole folder of theirs: no work for us until they are out of it. */
function refusal(error: unknown, path: string): unknown {
  if (isOutOfSpace(error)) return new NoRoomForLock(path, error);
  const refused = z.object({ code: z.enum(['EACCES', 'EPERM']), path: z.string() }).safeParse(error);
  if (!refused.success) return error;
  const elsewhere = 'Run leftoff as the user who ran it before, or set LEFTOFF_HOME to a folder of yours';
  return refused.data.path === path
    ? new UserError(
        `The lock ${path} is another user's: whether it is held can't be read.`,
        `${elsewhere}; or, where they run it no more: sudo rm ${quoteForShell(path)}`,
        'failed',
        { cause: error },
      )
    : new UserError(`${dirname(path)} can't be written to.`, `${elsewhere}.`, 'failed', { cause: error });
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
