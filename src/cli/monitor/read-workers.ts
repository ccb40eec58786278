/**
 * This checkout's workers, out of its register and `ps`.
 *
 * A quick look, at the notes and whether there are such processes, tells at once that a worker came or went: a start or a kill
 * is to be told before what the run makes of it. `ps` costs more, and is asked then, and now and then.
 */
import { hasPid } from '../../stack/processes/has-pid.js';
import {
  listLostWorkers,
  listNotedPids,
  lookAtWorkers,
  type WorkerRecord,
} from '../../worker/worker-record.js';
import { findWorkersElsewhere } from '../workers-elsewhere.js';
import type { KnownParts } from './known-parts.js';
import type { WorkersRead } from './readings.js';
import type { Source } from './source.js';

const quickLookMs = 500;
/** A worker that is frozen, or whose pid is another's by now, is found by this alone. */
const fullLookMs = 3_000;

export function workersSource(home: string, parts: KnownParts): Source<WorkersRead> {
  let last: { readonly seen: string; readonly atMs: number; readonly value: WorkersRead } | null = null;
  let looking: Promise<WorkersRead> | null = null;
  const look = async (): Promise<WorkersRead> => {
    const noted = await listNotedPids(home);
    const seen = noted.filter(hasPid).join();
    if (last !== null && last.seen === seen && performance.now() - last.atMs < fullLookMs) return last.value;
    const value = await lookFully(home, parts);
    last = { seen, atMs: performance.now(), value };
    return value;
  };
  return {
    name: 'The register of workers',
    limitMs: 5_000,
    pauseMs: () => quickLookMs,
    close: () => undefined,
    read() {
      // One at a time: of two, the older could be told last, and a worker that was killed would come and go again.
      looking ??= look().finally(() => {
        looking = null;
      });
      return looking;
    },
  };
}

async function lookFully(home: string, parts: KnownParts): Promise<WorkersRead> {
  const looked = await lookAtWorkers(home);
  const [lost, present] = await Promise.all([listLostWorkers(home), parts.now()]);
  return {
    lost: lost.map((record) => ({ pid: pidOf(record), startedAtMs: startOf(record) })),
    running: looked.map(({ record, frozen }) => ({
      pid: pidOf(record),
      identity: record.identity,
      startedAtMs: startOf(record),
      frozen,
      elsewhere: findWorkersElsewhere([record], present)[0]?.words ?? null,
    })),
  };
}

function pidOf({ process }: WorkerRecord): number {
  return process.pid;
}

function startOf({ process }: WorkerRecord): number {
  return Date.parse(process.startedAt);
}
