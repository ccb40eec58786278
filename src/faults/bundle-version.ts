/**
 * The Workflow code of another version, bundled when it is first needed: a comparison's own affair, which no build waits for.
 *
 * B1  Kept in the checkout's home, and made anew when the build is newer.
 * B2  Two at once make it both, and the last one stays: a file is put in its place in one step.
 */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from '../stack/environment.js';
import { UserError } from '../user-error.js';

export type OtherVersion = 'compatible' | 'incompatible';

/** @returns its file. @throws UserError where there is no build to make it of */
export async function bundleVersion(home: string, version: OtherVersion): Promise<string> {
  // Of the build, also where this runs from the sources: that is what workers run.
  const source = join(projectRoot(), 'dist', 'faults', 'versions', `${version}.js`);
  const bundle = join(home, 'versions', `${version}.bundle.js`);
  const [made, built] = await Promise.all([mtimeOf(bundle), mtimeOf(source)]);
  if (built === null)
    throw new UserError(`The ${version} version of the Workflows is not built.`, 'npm run build');
  if (made !== null && made > built) return bundle;
  const { bundleWorkflows } = await import('../worker/bundle-workflow-code.js');
  const code = await bundleWorkflows(source, []);
  await mkdir(dirname(bundle), { recursive: true });
  const partial = `${bundle}.${process.pid}.partial`;
  await writeFile(partial, code);
  await rename(partial, bundle);
  return bundle;
}

function mtimeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
