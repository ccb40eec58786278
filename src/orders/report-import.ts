import type { Queryable } from './queryable.js';

export type ImportReport = {
  /** Rows of the file, the header not among them: as far as its cursor went. */
  readonly read: number;
  /** Orders that are there by this import, and lines that it rejected: together as many as it read. */
  readonly imported: number;
  readonly rejected: number;
  /** Rows met again after they were done, those of lost attempts too. */
  readonly revisited: number;
};

/** What an import's last step reports: counted in the tables, so that it is what is there and not what was told. */
export async function reportImport(
  database: Queryable,
  { importId, read }: { readonly importId: number; readonly read: number },
): Promise<ImportReport> {
  const { rows } = await database.query<Omit<ImportReport, 'read'>>(
    `SELECT (SELECT count(*)::int FROM orders WHERE import_id = $1) AS imported,
            (SELECT count(*)::int FROM import_rejects WHERE import_id = $1) AS rejected,
            coalesce((SELECT revisited FROM imports WHERE import_id = $1), 0) AS revisited`,
    [importId],
  );
  const { imported = 0, rejected = 0, revisited = 0 } = rows[0] ?? {};
  return { read, imported, rejected, revisited };
}
