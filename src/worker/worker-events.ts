/** What a worker tells about itself, as data; and as the lines that people read. */
import { hostname } from 'node:os';
import type { VisitsTold } from '../activities/order-visits.js';
import type { Visit } from '../orders/order.js';

export type WorkerEvent =
  | { readonly kind: 'ready'; readonly identity: string; readonly afterMs: number }
  | ({ readonly kind: 'visited' } & VisitsTold)
  | { readonly kind: 'held'; readonly orderId: number; readonly instant: string }
  | { readonly kind: 'stopping'; readonly signal: string }
  | {
      readonly kind: 'stopped';
      readonly visited: number;
      readonly lastOrderId: number | null;
      /** Whether the job that met it keeps its place; true before its first checkpoint too: the stop writes one. */
      readonly keepsCursor: boolean;
      /** Whether Temporal answered at the end: it keeps the cursor. */
      readonly temporal: 'there' | 'away';
      readonly afterMs: number;
    }
  | { readonly kind: 'database away'; readonly message: string }
  | { readonly kind: 'database back' };

/** What a worker's end says. */
export type WorkerStopped = Extract<WorkerEvent, { kind: 'stopped' }>;

/** pid and host: what Temporal's UI shows, and enough to find the process. */
export function workerIdentity(pid = process.pid, host = hostname()): string {
  return `${pid}@${host}`;
}

/** The line for an event; visits have lines of their own (`visit-lines.ts`). */
export function describeEvent(event: Exclude<WorkerEvent, { kind: 'visited' }>): string {
  switch (event.kind) {
    case 'ready':
      return `worker ${event.identity} ready after ${event.afterMs} ms`;
    case 'held':
      return event.instant === 'committed'
        ? `order ${event.orderId} is committed, its checkpoint is not: the fault falls here`
        : `order ${event.orderId} is in hand: the fault falls here`;
    case 'stopping':
      return `${event.signal}: finishing the order in hand, then stopping`;
    case 'stopped':
      return describeStopped(event);
    case 'database away':
      return `the database is away: ${event.message}\n  runs go on when it is back`;
    case 'database back':
      return 'the database is back';
  }
}

/** Its last line. That its cursor is kept is only said where Temporal is there, which keeps it. */
function describeStopped({ visited, lastOrderId, keepsCursor, temporal }: WorkerStopped): string {
  if (lastOrderId === null) return 'worker stopped; it had met no order';
  const stopped = `worker stopped after ${visited} order${visited === 1 ? '' : 's'}, the last one ${lastOrderId}`;
  if (!keepsCursor) return stopped;
  return temporal === 'there'
    ? `${stopped}; its cursor is kept`
    : `${stopped}; Temporal does not answer: its cursor may be lost, and a run goes on from its last checkpoint`;
}

export function describeVisit(visit: Visit): string {
  if (visit.revisited && visit.chargedCents > 0)
    return `order ${visit.orderId} charged AGAIN ${dollars(visit.chargedCents)}`;
  if (visit.revisited) return `order ${visit.orderId} met again: already ${visit.outcome}, no second effect`;
  if (visit.outcome === 'failed')
    return `order ${visit.orderId} failed: ${visit.reason ?? 'no reason given'}`;
  return `order ${visit.orderId} charged ${dollars(visit.chargedCents)}`;
}

export function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
