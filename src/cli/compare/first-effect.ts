/** When the run had its next effect after a fault, by the database's clock, which is this machine's. */
import type { Fallen } from '../../faults/fault.js';
import type { Queryable } from '../../orders/queryable.js';

/** No Node process has an effect so soon after its start: what is booked before is the struck worker's last. */
const noWorkerYetMs = 150;

/** @returns milliseconds since the epoch; null: there was none any more */
export async function readFirstEffect(
  database: Queryable,
  runId: string,
  { struckAtMs, replacement, fault }: Pick<Fallen, 'struckAtMs' | 'replacement' | 'fault'>,
): Promise<number | null> {
  const byAnotherWorker = replacement !== null && !/^(redis-stopped|postgres|temporal)/.test(fault);
  const sinceMs = byAnotherWorker ? replacement.startedAtMs + noWorkerYetMs : struckAtMs;
  const { rows } = await database.query<{ atMs: number | null }>(
    `SELECT (extract(epoch FROM min(charged_at)) * 1000)::float8 AS "atMs"
     FROM charges WHERE run_id = $1 AND charged_at > to_timestamp($2::float8 / 1000)`,
    [runId, sinceMs],
  );
  return rows[0]?.atMs ?? null;
}
