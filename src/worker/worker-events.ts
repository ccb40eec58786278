/** What a worker tells about itself, as data; and as the lines that people read. */
import { hostname } from 'node:os';
import type { ReportsTold } from '../activities/generate-reports.js';
import type { ImportTold } from '../activities/import-orders.js';
import type { FaultInstant, VisitsTold } from '../activities/order-visits.js';
import type { HeldWorker } from './fault-points.js';
import type { WorkerLog } from './worker-log.js';

export type WorkerEvent =
  | { readonly kind: 'ready'; readonly identity: string; readonly afterMs: number }
  | { readonly kind: 'metrics'; readonly url: string }
  | ({ readonly kind: 'visited' } & VisitsTold)
  | ({ readonly kind: 'reported' } & ReportsTold)
  | ({ readonly kind: 'imported' } & ImportTold)
  | ({ readonly kind: 'held' } & Pick<HeldWorker, 'item' | 'position' | 'instant'>)
  | { readonly kind: 'stopping'; readonly signal: string }
  | {
      readonly kind: 'stopped';
      readonly visited: number;
      readonly lastOrderId: number | null;
      /** Such as `42/1997-03`. */
      readonly lastReport: string | null;
      /** Of a file that was imported. */
      readonly lastLine: number | null;
      /** Whether the job that met it keeps its place; true before its first checkpoint too: the stop writes one. */
      readonly keepsCursor: boolean;
      /** Whether Temporal answered at the end: it keeps the cursor. */
      readonly temporal: 'there' | 'away';
      readonly afterMs: number;
    }
  | { readonly kind: 'database away'; readonly message: string }
  | { readonly kind: 'database back' }
  | { readonly kind: 'payments away'; readonly message: string };

/** What a worker's end says. */
export type WorkerStopped = Extract<WorkerEvent, { kind: 'stopped' }>;

/** What a run did, after a commit. */
export type WorkEvent = Extract<WorkerEvent, { kind: 'visited' | 'reported' | 'imported' }>;

/** What is about the worker itself. */
type OwnEvent = Exclude<WorkerEvent, WorkEvent>;

/** pid and host: what Temporal's UI shows, and enough to find the process. */
export function workerIdentity(pid = process.pid, host = hostname()): string {
  return `${pid}@${host}`;
}

/** How an item stands at each instant at which a fault may fall. */
const standing: Readonly<Record<FaultInstant, string>> = {
  'item in hand': 'in hand',
  'charged outside': 'charged at the payment gateway and not committed',
  committed: 'committed, its checkpoint is not',
};

/** The line for an event; what was done has lines of its own (`work-lines.ts`). */
export function describeEvent(event: OwnEvent): string {
  switch (event.kind) {
    case 'ready':
      return `worker ${event.identity} ready after ${event.afterMs} ms`;
    case 'metrics':
      return `its metrics are at ${event.url}`;
    case 'held':
      return `${event.item} ${event.position} is ${standing[event.instant]}: the fault falls here`;
    case 'stopping':
      return `${event.signal}: finishing the item in hand, then stopping`;
    case 'stopped':
      return describeStopped(event);
    case 'database away':
      return `the database is away: ${event.message}\n  runs go on when it is back`;
    case 'database back':
      return 'the database is back';
    case 'payments away':
      return `the payment gateway is away: ${event.message}\n  runs go on when it is back`;
  }
}

/** The same in the worker's log: `event` names it, and its facts are keys. */
export function logEvent(log: WorkerLog, event: OwnEvent): void {
  const { kind, ...facts } = event;
  const line = { event: kind, ...facts };
  if (kind === 'database away' || kind === 'payments away') log.warn(line, describeEvent(event));
  else log.info(line, describeEvent(event));
}

/** Its last line. That its cursor is kept is only said where Temporal is there, which keeps it. */
function describeStopped(event: WorkerStopped): string {
  const { visited, lastOrderId, lastReport, lastLine, keepsCursor, temporal } = event;
  const done = [
    ...(lastOrderId === null ? [] : [{ item: 'order', last: String(lastOrderId) }]),
    ...(lastReport === null ? [] : [{ item: 'report', last: lastReport }]),
    ...(lastLine === null ? [] : [{ item: 'row', last: `on line ${lastLine}` }]),
  ];
  if (done.length === 0) return 'worker stopped; it had met nothing';
  const items = done.map(({ item }) => `${item}${visited === 1 ? '' : 's'}`).join(' and ');
  const last = `the last one${done.length === 1 ? '' : 's'} ${done.map(({ last }) => last).join(' and ')}`;
  const stopped = `worker stopped after ${visited} ${items}, ${last}`;
  if (!keepsCursor) return stopped;
  return temporal === 'there'
    ? `${stopped}; its cursor is kept`
    : `${stopped}; Temporal does not answer: its cursor may be lost, and a run goes on from its last checkpoint`;
}
