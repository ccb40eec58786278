/**
 * What the row enumerators ask of a database: a `pg` Pool or client, of any version, fits. It is PostgreSQL's.
 */
export interface RowDatabase {
  query<Row extends object>(statement: {
    readonly text: string;
    readonly values: unknown[];
  }): Promise<{ readonly rows: Row[]; readonly fields: readonly RowField[] }>;
}

/** A column of a result, as the server describes it. */
export interface RowField {
  readonly name: string;
  readonly dataTypeID: number;
  /** The table that the column is read from, and its number there; 0 for what is computed. */
  readonly tableID?: number;
  readonly columnID?: number;
}

/** `"Name"`, so that it means that name and nothing else. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
