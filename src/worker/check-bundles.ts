/** Whether what workers load was bundled, and from the code that is here. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { workerProgram } from './load-program.js';
import { workflowBundlePath } from './workflow-bundle-path.js';

export type BundlesState =
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'outdated'; readonly file: string; readonly newer: string }
  | { readonly kind: 'built'; readonly bytes: number };

const built = dirname(workflowBundlePath);
const bundles = [
  { file: workflowBundlePath, from: ['workflows', 'continuation'] },
  {
    file: workerProgram,
    from: ['worker', 'activities', 'orders', 'stack', 'continuation'],
  },
];

export async function checkBundles(): Promise<BundlesState> {
  let bytes = 0;
  for (const { file, from } of bundles) {
    const bundle = await stat(file).catch(() => null);
    if (bundle === null) return { kind: 'absent', file: relative(built, file) };
    const newer = await fileNewerThan(bundle.mtimeMs, from);
    if (newer !== null) return { kind: 'outdated', file: relative(built, file), newer };
    bytes += bundle.size;
  }
  return { kind: 'built', bytes };
}

async function fileNewerThan(mtimeMs: number, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    for (const name of await readdir(join(built, folder), { recursive: true })) {
      if (!name.endsWith('.js')) continue;
      const file = await stat(join(built, folder, name));
      if (file.mtimeMs > mtimeMs) return join(folder, name);
    }
  }
  return null;
}
