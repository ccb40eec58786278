/**
 * Where the local Postgres keeps its data: in `.leftoff/`, or, for root in a place its server's user can't enter, in /var/lib.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The places in order of preference. Both are named after the checkout's home, so two checkouts never share one. */
export function postgresDataFolders(home: string): readonly [inHome: string, outside: string] {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return [join(home, 'postgres'), join(outsideFolder, name, 'postgres')];
}

/** Survives reboots and, other than /tmp and /var/tmp, is not swept. Only root comes here, so it can be made. */
export const outsideFolder = '/var/lib/leftoff';
