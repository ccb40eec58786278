/**
 * When a run had its next effect after a fault, by the database's clock, which is this machine's.
 *
 * E1  Where a worker was struck it is another's: what the struck one still booked on its way out is none.
 */
import type { Queryable } from '../orders/queryable.js';
import type { Fallen, Fault } from './fault.js';

export interface AfterFault {
  readonly fault: Pick<Fault, 'strikes'>;
  readonly fell: Pick<Fallen, 'struckAtMs' | 'replacement'>;
  /** When the struck worker had ended, in milliseconds since the epoch; null: it lives, or none was struck. */
  readonly goneAtMs: number | null;
}

/** No Node process has an effect so soon after its start; a statement of the struck one may still end at the server meanwhile. */
const noWorkerYetMs = 150;

/** @returns milliseconds since the epoch; null: there was none any more */
export async function readFirstEffect(
  database: Queryable,
  runId: string,
  after: AfterFault,
): Promise<number | null> {
  const { rows } = await database.query<{ atMs: number | null }>(
    `SELECT (extract(epoch FROM min(charged_at)) * 1000)::float8 AS "atMs"
     FROM charges WHERE run_id = $1 AND charged_at > to_timestamp($2::float8 / 1000)`,
    [runId, countedFrom(after)],
  );
  return rows[0]?.atMs ?? null;
}

/** Pure. @returns milliseconds since the epoch */
export function countedFrom({ fault, fell, goneAtMs }: AfterFault): number {
  const { struckAtMs, replacement } = fell;
  if (replacement === null || !strikesWorker(fault)) return struckAtMs;
  return Math.max(replacement.startedAtMs + noWorkerYetMs, goneAtMs ?? 0);
}

/** Whether the work is another worker's afterwards. */
export function strikesWorker({ strikes }: Pick<Fault, 'strikes'>): boolean {
  return strikes.includes('worker');
}
