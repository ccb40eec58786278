/**
 * A project of a user's that depends on the packed package, installed by npm as it would be anywhere.
 *
 * C1  Outside of the checkout: nothing is found by looking into folders further up.
 * C2  Offline and quick: this checkout's packages are laid out beside it (hard links), npm installs the tarball among them
 *     and removes all that neither the tarball nor the project declares. What it lacks it would have to fetch, and fails.
 * C3  The SDK comes as the package's peers, which the project leaves to npm: to settle a peer that a project names too,
 *     npm asks the registry whatever is there already.
 */
import { copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { copyFile, cp, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { project, type Tarball } from './a-tarball.js';

export interface Consumer {
  readonly folder: string;
  /** Runs a program of its `node_modules/.bin`, or `node`, in its folder. @throws with what it said, where it fails */
  run(program: string, args: readonly string[], environment?: Record<string, string>): Promise<string>;
}

const source = fileURLToPath(new URL('./consumer', import.meta.url));

export async function installConsumer(tarball: Tarball, parent: string): Promise<Consumer> {
  const folder = join(await realpath(parent), 'consumer');
  await cp(source, folder, { recursive: true });
  await copyFile(tarball.file, join(folder, 'leftoff.tgz'));
  layOut(join(project, 'node_modules'), join(folder, 'node_modules'));
  const consumer: Consumer = {
    folder,
    run: async (program, args, environment = {}) => {
      const { stdout } = await execa(program, [...args], {
        cwd: folder,
        preferLocal: true,
        env: environment,
      });
      return stdout;
    },
  };
  await consumer.run('npm', [
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  ]);
  return consumer;
}

/** Hard links, where the file system allows: 10,000 files in a second. npm's own note of a tree is rewritten in place, so it isn't shared. */
function layOut(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [original, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '.package-lock.json' || entry.name === '.cache' || entry.name === '.vite') continue;
    if (entry.isDirectory()) layOut(original, copy);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(original), copy);
    else linkOrCopy(original, copy);
  }
}

function linkOrCopy(original: string, copy: string): void {
  try {
    linkSync(original, copy);
  } catch {
    // Another file system, or one without links.
    copyFileSync(original, copy);
  }
}
