/** Which tables are measured: those that are named, else our own; the peers' where they are named or asked for. */
import { ownTables, peerTables, type TableName } from './measurement.js';

export function wantedTables(
  names: readonly TableName[],
  { peers = false }: { readonly peers?: boolean },
): readonly TableName[] {
  const named = names.length === 0 ? ownTables : names;
  return [...new Set([...named, ...(peers ? peerTables : [])])];
}
