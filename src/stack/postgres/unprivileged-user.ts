/**
 * PostgreSQL refuses to run as root: finds the user to run it as instead.
 *
 * U1  Not root: null, it runs as whoever we are.
 * U2  Root: the owner of data that is already there, else `postgres`, else `nobody`.
 */
import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { UserError } from '../../user-error.js';
import type { UnixUser } from '../processes/local-server.js';

/** The user for the server; `dataFolders` may hold data from before. */
export async function unprivilegedUser(dataFolders: readonly string[]): Promise<UnixUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (const folder of dataFolders) {
    const owner = await stat(folder).catch(() => null);
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf(name, '-u'), idOf(name, '-g')]);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new UserError(
    'PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody` to run it as.',
    'Run leftoff as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

async function idOf(user: string, flag: '-u' | '-g'): Promise<number | null> {
  const { stdout, failed } = await execa('id', [flag, user], { reject: false, timeout: 5_000 });
  return failed || !/^\d+$/.test(stdout) ? null : Number(stdout);
}
