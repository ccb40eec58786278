/** A table in memory with a number for a key, as a keyset source, and every read of it. */
export interface NumberedRow {
  readonly id: number;
}

export function aNumberedTable(ids: readonly number[]) {
  const rows: NumberedRow[] = [...ids].sort((a, b) => a - b).map((id) => ({ id }));
  const reads: { cursor: number | null; limit: number }[] = [];
  return {
    rows,
    reads,
    readAfter: async (cursor: number | null, limit: number): Promise<NumberedRow[]> => {
      reads.push({ cursor, limit });
      return rows.filter(({ id }) => cursor === null || id > cursor).slice(0, limit);
    },
    cursorOf: ({ id }: NumberedRow): number => id,
  };
}
