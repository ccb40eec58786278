/**
 * Makes the data folder of the local Postgres, once.
 *
 * F1  It appears whole or not at all: initdb works in a folder beside it, which is renamed at the end.
 * F2  The password is random, and lies inside the data folder, so that neither is ever without the other (mode 600).
 * F3  Data of another major version, or without its password, is refused with what to do, and left as it is.
 */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../../user-error.js';
import type { Caller } from '../caller.js';
import type { UnixUser } from '../processes/local-server.js';
import { quoteForShell } from '../quote-for-shell.js';
import { canEnter } from './can-enter.js';
import { outsideFolder } from './data-folders.js';
import { asUser, type PostgresBinaries } from './prepare-binaries.js';

/** The owner of the local cluster and of its database. */
export const localUser = 'leftoff';
const passwordFile = 'leftoff-password';

/** Returns the password of `localUser`. */
export async function prepareDataFolder(
  folder: string,
  binaries: PostgresBinaries,
  runAs: UnixUser | null,
  caller: Caller,
): Promise<string> {
  await removeRemains(folder);
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (version instanceof Error) {
    if (version.code === 'EACCES') {
      throw new UserError(
        `${folder} belongs to another user.`,
        'Run leftoff as that user, or move the folder away.',
      );
    }
    return initialise(folder, binaries, runAs, caller);
  }
  const mend = `Move it away (mv ${quoteForShell(folder)} ${quoteForShell(`${folder}.old`)}) to begin with an empty database, or set DATABASE_URL.`;
  if (version.trim() !== binaries.majorVersion) {
    throw new UserError(
      `${folder} holds data of PostgreSQL ${version.trim()}; installed is ${binaries.majorVersion}.`,
      mend,
    );
  }
  const password = await readFile(join(folder, passwordFile), 'utf8').catch(() => '');
  if (password === '') throw new UserError(`${folder} holds data, but its password file is gone.`, mend);
  return password;
}

async function initialise(
  folder: string,
  binaries: PostgresBinaries,
  runAs: UnixUser | null,
  caller: Caller,
): Promise<string> {
  caller.onProgress('making the PostgreSQL data folder');
  const parent = dirname(folder);
  const [partial, secret] = partialPaths(folder);
  const password = randomBytes(18).toString('base64url');
  await mkdir(parent, { recursive: true });
  if (runAs) await letPass(parent, runAs);
  try {
    await mkdir(partial, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600 });
    if (runAs) await Promise.all([partial, secret].map((path) => chown(path, runAs.uid, runAs.gid)));
    const made = await execa(
      binaries.initdb,
      [
        ...['--pgdata', partial, '--username', localUser, '--pwfile', secret, '--auth', 'scram-sha-256'],
        // The builtin provider sorts alike on every machine, whatever locales it has.
        ...[
          '--encoding',
          'UTF8',
          '--locale',
          'C',
          '--locale-provider',
          'builtin',
          '--builtin-locale',
          'C.UTF-8',
        ],
        // A power cut in this second costs an empty folder; the server itself keeps fsync on.
        ...['--no-sync', '--no-instructions'],
      ],
      {
        reject: false,
        all: true,
        timeout: 60_000,
        cancelSignal: caller.signal,
        env: { LC_ALL: 'C' },
        ...asUser(runAs),
      },
    );
    caller.signal.throwIfAborted();
    if (made.failed) throw initFailed(folder, made.all || made.shortMessage || 'initdb did not run');
    await writeFile(join(partial, passwordFile), password, { mode: 0o600 });
    await discardEmpty(folder);
    await rename(partial, folder);
    await chmod(folder, 0o700);
    return password;
  } finally {
    await removeRemains(folder);
  }
}

function partialPaths(folder: string): readonly [dataFolder: string, passwordFile: string] {
  return [`${folder}.partial`, `${folder}.partial-password`];
}

/** Under the lock: what lies there was left by one that was interrupted. Its initdb may write for a moment yet, hence the retries. */
async function removeRemains(folder: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5 };
  await Promise.all(partialPaths(folder).map((path) => rm(path, options)));
}

/** Under umask 077 the folders that we have just made would shut out the server's user. Only our own folder outside is opened. */
async function letPass(parent: string, runAs: UnixUser): Promise<void> {
  if (!parent.startsWith(outsideFolder) || (await canEnter(parent, runAs))) return;
  await Promise.all([outsideFolder, parent].map((folder) => chmod(folder, 0o755)));
}

async function discardEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch(() => null);
  if (found === null) return;
  if (found.length > 0) {
    throw new UserError(
      `${basename(folder)} is in the way: ${folder} holds files, but no PostgreSQL data.`,
      `Move it away: mv ${quoteForShell(folder)} ${quoteForShell(`${folder}.old`)}`,
    );
  }
  await rm(folder, { recursive: true });
}

function initFailed(folder: string, output: string): UserError {
  const words = output.trim().split('\n').slice(-6).join('\n');
  return new UserError(
    `The PostgreSQL data folder ${folder} could not be made:\n${words}`,
    'Mend that, or set DATABASE_URL to a PostgreSQL server.',
  );
}
