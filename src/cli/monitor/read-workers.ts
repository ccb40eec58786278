/** This checkout's workers, out of its register and `ps`. */
import { findFrozen } from '../../stack/processes/process-identity.js';
import { listLostWorkers, listWorkers, type WorkerRecord } from '../../worker/worker-record.js';
import { findWorkersElsewhere } from '../workers-elsewhere.js';
import type { KnownParts } from './known-parts.js';
import type { WorkersRead } from './readings.js';
import type { Source } from './source.js';

export function workersSource(home: string, parts: KnownParts): Source<WorkersRead> {
  return {
    name: 'The register of workers',
    limitMs: 5_000,
    // Two `ps` a reading, where there are workers.
    pauseMs: (value) => (value?.running.length === 0 ? 1_000 : 2_000),
    close: () => undefined,
    async read() {
      const records = await listWorkers(home);
      const [lost, frozen, present] = await Promise.all([
        listLostWorkers(home),
        findFrozen(records.map(pidOf)),
        parts.now(),
      ]);
      return {
        lost: lost.map((record) => ({ pid: pidOf(record), startedAtMs: startOf(record) })),
        running: records.map((record) => ({
          pid: pidOf(record),
          identity: record.identity,
          startedAtMs: startOf(record),
          frozen: frozen.has(pidOf(record)),
          elsewhere: findWorkersElsewhere([record], present)[0]?.words ?? null,
        })),
      };
    },
  };
}

function pidOf({ process }: WorkerRecord): number {
  return process.pid;
}

function startOf({ process }: WorkerRecord): number {
  return Date.parse(process.startedAt);
}
