/**
 * Takes rows of a file into the orders: each becomes one pending order, or one reject with its reason.
 *
 * N1  A row has one verdict. Met again by its import it gets the same one, is counted as a revisit, and has no second effect.
 * N2  An id that is there already makes the row a duplicate: of another line of this import, of another import's line, or of what
 *     was there before. The reason says which, and whether the values are the same.
 * N3  Two that bring the same id at once wait for each other, and the second finds it there: rows go in by their ids' order, so
 *     overlapping calls never deadlock.
 * N4  A run that was ended (mark-runs-ended.ts), or whose import was wiped, imports nothing: it is refused.
 * N5  Two statements a call, the second only where a row is no new order. Each is whole by itself, so that a connection that is
 *     lost between them leaves rows undecided, and none half imported; in the caller's transaction both or neither count.
 */
import type { JudgedRow } from './judge-row.js';
import { notEnded } from './mark-runs-ended.js';
import type { Queryable } from './queryable.js';

export interface RowsToImport {
  readonly runId: string;
  readonly importId: number;
  readonly rows: readonly JudgedRow[];
}

/** What became of a row. */
export type RowVerdict = { readonly line: number; readonly revisited: boolean } & (
  | { readonly outcome: 'imported' }
  | {
      readonly outcome: 'rejected';
      readonly reason: string;
      /** The very same order is there already: nothing is missing. */
      readonly isThere: boolean;
    }
);

/** A run that may not import any more (N4). */
export class ImportOverError extends Error {
  override readonly name = 'ImportOverError';

  constructor(runId: string) {
    super(`The import of ${runId} was ended, or its data wiped: it imports nothing any more.`);
  }
}

/** Only the import's own run, as long as nobody ended it (N4). */
const openImport = `
  SELECT import_id FROM imports WHERE import_id = $2 AND run_id = $1 AND ${notEnded}`;

const givenRows = `
  unnest($3::int[], $4::int[], $5::int[], $6::date[], $7::int[], $8::int[])
    AS given (line, order_id, customer_id, ordered_on, units, total_cents)`;

/** A line that was rejected before stays so, whatever has become of what it was a duplicate of (N1). */
const placeSql = `
  INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents, import_id, import_line)
  SELECT order_id, customer_id, ordered_on, units, total_cents, open.import_id, line
  FROM (${openImport}) AS open, ${givenRows}
  WHERE NOT EXISTS (
    SELECT FROM import_rejects AS before WHERE before.import_id = open.import_id AND before.line = given.line
  )
  ORDER BY order_id, line -- of two with one id the first line is it
  ON CONFLICT (order_id) DO NOTHING
  RETURNING import_line AS line`;

/** A statement of its own: what made an order give way above was committed meanwhile, and is seen only from here on. */
const settleSql = `
  WITH open AS (${openImport}
  ), met AS (
    SELECT given.*, NULL AS reason, concat_ws(',', order_id, customer_id, ordered_on, units, total_cents) AS row
    FROM open, ${givenRows}
    UNION ALL
    SELECT line, NULL, NULL, NULL, NULL, NULL, reason, row
    FROM open, unnest($9::int[], $10::text[], $11::text[]) AS broken (line, reason, row)
  ), looked_up AS (
    SELECT met.line, met.row, met.reason AS broken, before.reason AS rejected_before, there.order_id,
      there.import_id IS NOT DISTINCT FROM $2 AS of_this_import, there.import_line,
      (there.customer_id, there.ordered_on, there.units, there.total_cents)
        IS NOT DISTINCT FROM (met.customer_id, met.ordered_on, met.units, met.total_cents) AS same, by.run_id
    FROM met
    LEFT JOIN import_rejects AS before ON before.import_id = $2 AND before.line = met.line
    LEFT JOIN orders AS there ON there.order_id = met.order_id
    LEFT JOIN imports AS by ON by.import_id = there.import_id
  ), judged AS (
    SELECT line, row, rejected_before IS NOT NULL AS was_rejected, same AND order_id IS NOT NULL AS is_there,
      CASE
        WHEN rejected_before IS NOT NULL OR broken IS NOT NULL THEN 'rejected'
        WHEN order_id IS NULL THEN 'undecided'
        WHEN of_this_import AND import_line = line THEN 'imported'
        ELSE 'rejected'
      END AS outcome,
      coalesce(rejected_before, broken, format('order_id is %s, which %s, with %s values', order_id,
        CASE
          WHEN of_this_import THEN format('line %s has already', import_line)
          WHEN run_id IS NOT NULL THEN format('%s imported from line %s of its file', run_id, import_line)
          ELSE 'was there before this import'
        END,
        CASE WHEN same THEN 'the same' ELSE 'other' END)) AS reason
    FROM looked_up
  ), rejected AS (
    INSERT INTO import_rejects (import_id, line, reason, row)
    SELECT $2, line, reason, row FROM judged WHERE outcome = 'rejected' AND NOT was_rejected
    ORDER BY line
    ON CONFLICT DO NOTHING
    RETURNING line
  ), settled AS (
    -- Of two attempts that reject a line at once, one has rejected it, and the other met it again.
    SELECT judged.*, outcome = 'imported' OR outcome = 'rejected' AND rejected.line IS NULL AS revisited
    FROM judged LEFT JOIN rejected USING (line)
  ), counted AS (
    UPDATE imports SET revisited = revisited + again.rows
    FROM (SELECT count(*) AS rows FROM settled WHERE revisited) AS again
    WHERE import_id = $2 AND again.rows > 0
  )
  SELECT line, outcome, reason, revisited, is_there AS "isThere"
  FROM settled
  ORDER BY line`;

interface SettledRow {
  readonly line: number;
  readonly outcome: 'imported' | 'rejected' | 'undecided';
  readonly reason: string;
  readonly revisited: boolean;
  readonly isThere: boolean;
}

/** What a row was a duplicate of may be gone when it is looked up; a second time it would take somebody who does nothing else. */
const tries = 5;

/** @returns a verdict for each row, by their lines. @throws ImportOverError (N4) */
export async function importRows(database: Queryable, work: RowsToImport): Promise<RowVerdict[]> {
  const verdicts: RowVerdict[] = [];
  let left = work.rows;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > tries)
      throw new Error(`Line ${left[0]?.line}: its order id comes and goes, so it is neither new nor there.`);
    const placed = await placeOrders(database, { ...work, rows: left });
    for (const line of placed) verdicts.push({ line, outcome: 'imported', revisited: false });
    left = left.filter(({ line }) => !placed.has(line));
    const settled = left.length === 0 ? [] : await settleRows(database, { ...work, rows: left });
    for (const { line, outcome, reason, revisited, isThere } of settled) {
      if (outcome === 'imported') verdicts.push({ line, outcome, revisited });
      if (outcome === 'rejected') verdicts.push({ line, outcome, revisited, reason, isThere });
    }
    const undecided = new Set(
      settled.filter(({ outcome }) => outcome === 'undecided').map(({ line }) => line),
    );
    left = left.filter(({ line }) => undecided.has(line));
  }
  return verdicts.sort((a, b) => a.line - b.line);
}

async function placeOrders(
  database: Queryable,
  { runId, importId, rows }: RowsToImport,
): Promise<ReadonlySet<number>> {
  const orders = rows.filter((row) => row.kind === 'order');
  if (orders.length === 0) return new Set();
  const values = [runId, importId, ...orderArrays(rows)];
  const placed = await database.query<{ line: number }>({ text: placeSql, values });
  return new Set(placed.rows.map(({ line }) => line));
}

async function settleRows(
  database: Queryable,
  { runId, importId, rows }: RowsToImport,
): Promise<SettledRow[]> {
  const broken = rows.filter((row) => row.kind === 'broken');
  const values = [
    ...[runId, importId],
    ...orderArrays(rows),
    broken.map(({ line }) => line),
    broken.map(({ reason }) => reason),
    broken.map(({ row }) => row),
  ];
  const settled = await database.query<SettledRow>({ text: settleSql, values });
  if (settled.rows.length < rows.length) throw new ImportOverError(runId);
  return settled.rows;
}

/** $3 to $8. */
function orderArrays(rows: readonly JudgedRow[]): unknown[][] {
  const orders = rows.filter((row) => row.kind === 'order');
  return [
    orders.map(({ line }) => line),
    orders.map(({ order }) => order.orderId),
    orders.map(({ order }) => order.customerId),
    orders.map(({ order }) => order.orderedOn),
    orders.map(({ order }) => order.units),
    orders.map(({ order }) => order.totalCents),
  ];
}
