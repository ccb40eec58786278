import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that goes with the test. Others may enter it: as root, Postgres runs as another user. */
export async function aTemporaryFolder(): Promise<string> {
  // macOS hands out a link; ps shows the real path.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'leftoff-stack-')));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
