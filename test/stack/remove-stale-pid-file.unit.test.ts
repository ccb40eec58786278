import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';
import { removeStalePidFile } from '../../src/stack/postgres/remove-stale-pid-file.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const longAgoSeconds = 1_000_000_000;

/** A data folder whose postmaster.pid names a process called `postgres` that runs with these words on its command line. */
async function aDataFolder({
  args = (folder: string): readonly string[] => ['-D', folder],
  startedSeconds = longAgoSeconds,
}): Promise<{ folder: string; pidFile: Promise<'kept' | 'removed'> }> {
  const folder = await aTemporaryFolder();
  const program = join(folder, 'postgres');
  await copyFile((await findOnPath('sh', process.env.PATH ?? '')) ?? '', program);
  const child = spawn(program, ['-c', 'read forever', ...args(folder)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const path = join(folder, 'postmaster.pid');
  await writeFile(path, [child.pid, folder, startedSeconds, 5432, ''].join('\n'));
  await removeStalePidFile(folder);
  const pidFile = access(path).then(
    () => 'kept' as const,
    () => 'removed' as const,
  );
  return { folder, pidFile };
}

describe('a postmaster.pid', () => {
  it('stays while its server runs', async () => {
    const { pidFile } = await aDataFolder({});

    expect(await pidFile).toBe('kept');
  });

  it('stays while its server runs, by whatever path it was started', async () => {
    const { pidFile } = await aDataFolder({ args: () => [], startedSeconds: Math.floor(Date.now() / 1000) });

    expect(await pidFile).toBe('kept');
  });

  it('goes where its pid is now a PostgreSQL with other data', async () => {
    const { pidFile } = await aDataFolder({ args: () => ['-D', '/elsewhere'] });

    expect(await pidFile).toBe('removed');
  });
});
