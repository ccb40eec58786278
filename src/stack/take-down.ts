/**
 * Stops the local servers of this checkout, all at once; the environment's are left alone.
 *
 * V1  Only processes that are proven ours are signalled.
 * V2  No orphans: a server without a record is found by its data folder and stopped too.
 * V3  Told which parts, it leaves the others running.
 * V4  A full disk keeps nothing running: without room for a lock or a note it goes on without, and says so.
 * V5  Data, logs and ports are kept for the next `up`.
 */
import { join } from 'node:path';
import { UserError } from '../user-error.js';
import type { PartName } from './addresses.js';
import { asCaller, type Caller } from './caller.js';
import { readStopEnvironment, type StopEnvironment } from './environment.js';
import { findStrays } from './processes/find-strays.js';
import { isOutOfSpace } from './processes/is-out-of-space.js';
import { stopSignals } from './processes/local-server.js';
import { matches } from './processes/process-identity.js';
import { readServerRecord, type ServerRecord, writeServerRecord } from './processes/server-record.js';
import { stopProcess } from './processes/stop-process.js';
import { NoRoomForLock, withLock } from './processes/with-lock.js';

const allParts: readonly PartName[] = ['temporal', 'redis', 'postgres'];

/** What `takeDown` stopped; empty when nothing ran. */
export interface StackTakenDown {
  readonly stopped: readonly PartName[];
}

/** Stops what this checkout runs, or of it the named parts. Throws a UserError where a process can't be ended. */
export async function takeDown(
  options: Partial<Caller> & {
    readonly environment?: StopEnvironment;
    readonly parts?: readonly PartName[];
  } = {},
): Promise<StackTakenDown> {
  const { environment = readStopEnvironment(), parts = allParts } = options;
  const caller = asCaller(options);
  const stop = () => stopParts(environment, parts);
  try {
    return await withLock(join(environment.home, 'lock'), caller, stop);
  } catch (error) {
    if (!(error instanceof NoRoomForLock)) throw error;
    caller.onProgress(`${error.message} Going on without it.`);
    return stop();
  }
}

async function stopParts(environment: StopEnvironment, parts: readonly PartName[]): Promise<StackTakenDown> {
  const outcomes = await Promise.allSettled(parts.map((part) => stopPart(environment, part)));
  const failed = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (failed.length > 0) {
    const reasons = failed.map((reason) => (reason instanceof Error ? reason.message : String(reason)));
    throw new UserError(
      ['Not everything could be stopped:', ...reasons.map((each) => `  - ${each}`)].join('\n'),
      'Run this as the user who ran `up`.',
    );
  }
  const stopped = parts.filter((_, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'fulfilled' && outcome.value;
  });
  return { stopped };
}

async function stopPart({ home, temporalCli }: StopEnvironment, part: PartName): Promise<boolean> {
  const record = await readServerRecord(home, part);
  const executables = [record?.executable, part === 'temporal' ? temporalCli : undefined].filter(
    (executable) => executable !== undefined,
  );
  const recorded = record?.process ? [record.process] : [];
  // By more than its pid: one that doesn't match its record is stopped as what it is now.
  const strays = (await findStrays(home, part, executables)).filter(
    (stray) => !recorded.some((process) => matches(process, stray)),
  );
  const outcomes = await Promise.all(
    [...recorded, ...strays].map((each) => stopProcess(each, stopSignals[part])),
  );
  if (record) await noteStopped(home, record);
  return outcomes.some((outcome) => outcome !== 'was not running');
}

/** Where there is no room for it, the old note does: its process is gone, and counts as such. */
async function noteStopped(home: string, record: ServerRecord): Promise<void> {
  await writeServerRecord(home, { ...record, process: null, ready: false }).catch((error: unknown) => {
    if (!isOutOfSpace(error)) throw error;
  });
}
