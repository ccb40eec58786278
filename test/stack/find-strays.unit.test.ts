import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';
import { findStrays } from '../../src/stack/processes/find-strays.js';
import { redisDataFolder } from '../../src/stack/redis/data-folder.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

/** A process that waits, under the name of a program and with these words on its command line. */
async function aProcess(folder: string, program: string, args: readonly string[]): Promise<ChildProcess> {
  const path = join(folder, program);
  await copyFile((await findOnPath('sh', process.env.PATH ?? '')) ?? '', path);
  const child = spawn(path, ['-c', 'read forever', ...args], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

describe('a server without a record', () => {
  it('is known by its data folder, whatever letters that has', async () => {
    const folder = await aTemporaryFolder();
    const home = join(folder, 'Büro 東京', '.leftoff');
    await mkdir(home, { recursive: true });
    const server = await aProcess(folder, 'redis-server', ['--dir', redisDataFolder(home)]);

    expect(await findStrays(home, 'redis')).toMatchObject([{ pid: server.pid }]);
  });

  it('is none where another program has that folder on its command line', async () => {
    const home = await aTemporaryFolder();
    await aProcess(home, 'backup', ['--dir', redisDataFolder(home)]);

    expect(await findStrays(home, 'redis')).toEqual([]);
  });

  it('is none where it works on another checkout’s data', async () => {
    const [home, other] = await Promise.all([aTemporaryFolder(), aTemporaryFolder()]);
    await aProcess(home, 'redis-server', ['--dir', redisDataFolder(other)]);

    expect(await findStrays(home, 'redis')).toEqual([]);
  });
});
