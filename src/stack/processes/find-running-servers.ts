/**
 * The record of a local server that runs: ready, and still the process that was recorded.
 */
import type { PartName } from '../addresses.js';
import { identifyProcesses, matches } from './process-identity.js';
import { readServerRecord, type ServerRecord } from './server-record.js';

export type RunningServers = Readonly<Record<PartName, ServerRecord | null>>;

/** Reads all records and asks `ps` once. */
export async function findRunningServers(home: string): Promise<RunningServers> {
  const [temporal, postgres, redis] = await Promise.all([
    readServerRecord(home, 'temporal'),
    readServerRecord(home, 'postgres'),
    readServerRecord(home, 'redis'),
  ]);
  const pids = [temporal, postgres, redis].flatMap((record) => (record?.process ? [record.process.pid] : []));
  const processes = await identifyProcesses(pids);
  const running = (record: ServerRecord | null) =>
    record?.ready && record.process && matches(record.process, processes.get(record.process.pid))
      ? record
      : null;
  return { temporal: running(temporal), postgres: running(postgres), redis: running(redis) };
}
