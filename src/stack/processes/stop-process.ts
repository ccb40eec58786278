/**
 * Stops a process that was identified before, and waits until it is gone.
 *
 * S1  Only the recorded process is signalled: the identity is checked before every signal.
 * S2  Asked first; after its grace it is killed.
 * S3  A stopped one (SIGSTOP) is woken up to hear it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../../user-error.js';
import { isSameProcess, type ProcessIdentity } from './process-identity.js';

const pollMs = 40;
/** `down` promises four seconds in all; a healthy server needs less than one. */
const serverGraceMs = 2_500;
const killLimitMs = 1_000;

export type Stopped = 'was not running' | 'stopped' | 'killed';

/**
 * Ends the process; resolves when it is gone, rejects where it cannot be ended (another user's).
 * `graceMs`: how long it has to end by itself; the default is a server's.
 */
export async function stopProcess(
  recorded: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number = serverGraceMs,
): Promise<Stopped> {
  if (!(await isSameProcess(recorded))) return 'was not running';
  send(recorded, signal);
  // One that was stopped (SIGSTOP) hears of it only when it is woken up.
  send(recorded, 'SIGCONT');
  if (await goneWithin(recorded, graceMs)) return 'stopped';
  send(recorded, 'SIGKILL');
  if (await goneWithin(recorded, killLimitMs)) return 'killed';
  throw new Error(`process ${recorded.pid} is still there after SIGKILL: ${recorded.command}`);
}

function send({ pid, command }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = z.object({ code: z.string().optional() }).parse(error);
    // It went by itself in between.
    if (code === 'ESRCH') return;
    const [program] = command.split(' ');
    if (code !== 'EPERM') throw error;
    throw new UserError(
      `Process ${pid} (${program}) belongs to another user.`,
      'Run this as the user who started it.',
    );
  }
}

async function goneWithin(recorded: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (await isSameProcess(recorded)) {
    if (Date.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}
