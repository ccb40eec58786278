/**
 * The register of this checkout's workers: one note a worker in `.leftoff/workers/`, so that others can find and prove it.
 *
 * R1  A note counts only while the process that it names still runs (pid, start time and command line agree).
 * R2  A note about a process that is no worker of ours by its command line counts never: what it names may be signalled.
 * R3  Stale notes are put aside by whoever meets them: a worker that was killed left one, a worker that stopped took its own
 *     away. Those put aside are kept for a day.
 */
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeHome } from '../stack/make-home.js';
import {
  identifyProcessesAndFrozen,
  matches,
  processIdentitySchema,
} from '../stack/processes/process-identity.js';

const workerRecordSchema = z.object({
  process: processIdentitySchema,
  /** pid@host, as Temporal shows it. */
  identity: z.string(),
  profile: z.enum(['demo', 'production']),
  /** Whether it takes part in fault experiments (`kill --at`). */
  faultSeam: z.boolean(),
  /** What it is connected to, without passwords; absent in notes of earlier versions. */
  servers: z.object({ temporal: z.string(), postgres: z.string() }).optional(),
});

/** `node …/worker/main.js …`, `node …/cli/main.js worker …`, `node …/bin/leftoff worker …` */
const workerCommand = /\/worker\/main\.[jt]s(\s|$)|(\/cli\/main\.[jt]s|leftoff)\s(.*\s)?worker(\s|$)/;

export type WorkerRecord = z.infer<typeof workerRecordSchema>;

export async function writeWorkerRecord(home: string, record: WorkerRecord): Promise<void> {
  const path = recordPath(home, record.process.pid);
  await makeHome(home);
  await mkdir(join(home, 'workers'), { recursive: true });
  await writeFile(`${path}.partial`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.partial`, path);
  // Of an earlier worker with the same pid.
  await rm(asidePath(home, record.process.pid), { force: true });
}

export async function removeWorkerRecord(home: string, pid: number): Promise<void> {
  await rm(recordPath(home, pid), { force: true });
}

/** Whether there is a note under this pid, proven or not: a quick look before `listWorkers`, which asks `ps`. */
export async function hasWorkerRecord(home: string, pid: number): Promise<boolean> {
  return access(recordPath(home, pid)).then(
    () => true,
    () => false,
  );
}

/** The pids that notes name, proven or not: a quick look, which tells whether `listWorkers` would find a change. */
export async function listNotedPids(home: string): Promise<number[]> {
  const names = await namesOf(home, noteEnding);
  return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
}

/** This checkout's workers that run right now, oldest first. */
export async function listWorkers(home: string): Promise<WorkerRecord[]> {
  return (await lookAtWorkers(home)).map(({ record }) => record);
}

/** As `listWorkers`, with which of them are stopped by SIGSTOP. */
export async function lookAtWorkers(
  home: string,
): Promise<{ readonly record: WorkerRecord; readonly frozen: boolean }[]> {
  const records = await readRecords(home);
  const pids = records.map((record) => record.process.pid);
  const { running, frozen } = await identifyProcessesAndFrozen(pids);
  const alive = records.filter(
    ({ process }) => workerCommand.test(process.command) && matches(process, running.get(process.pid)),
  );
  const stale = records.filter((record) => !alive.includes(record));
  if (stale.length > 0) await putAside(home, stale);
  return alive
    .sort((a, b) => a.process.startedAt.localeCompare(b.process.startedAt))
    .map((record) => ({ record, frozen: frozen.has(record.process.pid) }));
}

/** This checkout's workers that ended within the last day without taking their note away: they were killed, or crashed. */
export async function listLostWorkers(home: string): Promise<WorkerRecord[]> {
  return readRecords(home, aside);
}

const noteEnding = '.json';
const aside = '.lost';
const asideForMs = 24 * 3_600_000;

async function putAside(home: string, stale: readonly WorkerRecord[]): Promise<void> {
  await Promise.all(
    stale.map(({ process: { pid } }) =>
      // Somebody else may have met it at the same time.
      rename(recordPath(home, pid), asidePath(home, pid)).catch(() => undefined),
    ),
  );
  for (const name of await namesOf(home, aside)) {
    const path = join(home, 'workers', name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.ctimeMs > asideForMs) await rm(path, { force: true });
  }
}

async function namesOf(home: string, ending: string): Promise<string[]> {
  const names = await readdir(join(home, 'workers')).catch(() => []);
  return names.filter((name) => name.endsWith(ending));
}

async function readRecords(home: string, ending = noteEnding): Promise<WorkerRecord[]> {
  const names = await namesOf(home, ending);
  const read = names.map((name) => readRecord(join(home, 'workers', name)));
  return (await Promise.all(read)).flatMap((record) => record ?? []);
}

async function readRecord(path: string): Promise<WorkerRecord | null> {
  const text = await readFile(path, 'utf8').catch(() => 'null');
  return workerRecordSchema.safeParse(parseJson(text)).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function recordPath(home: string, pid: number): string {
  return join(home, 'workers', `${pid}${noteEnding}`);
}

function asidePath(home: string, pid: number): string {
  return join(home, 'workers', `${pid}${aside}`);
}
