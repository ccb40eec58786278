/** Whatever takes a statement: the pool, a client inside a transaction of the caller's, or a store's transaction. */
export interface Queryable {
  query<Row extends object>(
    statement: string | { readonly text: string; readonly values?: unknown[]; readonly name?: string },
    values?: unknown[],
  ): Promise<{ rows: Row[] }>;
}
