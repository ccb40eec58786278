import type { RowsToImport } from './import-rows.js';
import type { Queryable } from './queryable.js';

/** How many of the rows their import has a verdict on already: meeting them again needs no work. */
export async function countDoneRows(
  database: Queryable,
  { importId, rows }: Pick<RowsToImport, 'importId' | 'rows'>,
): Promise<number> {
  const found = await database.query<{ done: number }>(
    `SELECT count(*)::int AS done
     FROM unnest($2::int[], $3::int[]) AS given (line, order_id)
     WHERE EXISTS (SELECT FROM import_rejects AS before WHERE before.import_id = $1 AND before.line = given.line)
        OR EXISTS (SELECT FROM orders WHERE orders.order_id = given.order_id AND import_id = $1 AND import_line = given.line)`,
    [
      importId,
      rows.map(({ line }) => line),
      rows.map((row) => (row.kind === 'order' ? row.order.orderId : null)),
    ],
  );
  return found.rows[0]?.done ?? 0;
}
