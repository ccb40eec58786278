/** Whether the Workflow bundle that workers load was built, and from the code that is here. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workflowBundlePath } from './workflow-bundle-path.js';

export type BundleState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'outdated'; readonly file: string }
  | { readonly kind: 'built'; readonly bytes: number };

/** What is bundled lies in these folders beside the bundle. */
const bundled = ['workflows', 'continuation'];

export async function checkWorkflowBundle(): Promise<BundleState> {
  const bundle = await stat(workflowBundlePath).catch(() => null);
  if (bundle === null) return { kind: 'absent' };
  for (const folder of bundled) {
    const root = join(dirname(workflowBundlePath), folder);
    for (const name of await readdir(root, { recursive: true })) {
      if (!name.endsWith('.js')) continue;
      const { mtimeMs } = await stat(join(root, name));
      if (mtimeMs > bundle.mtimeMs) return { kind: 'outdated', file: join(folder, name) };
    }
  }
  return { kind: 'built', bytes: bundle.size };
}
