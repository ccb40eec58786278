import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';
import { findStrays } from '../../src/stack/processes/find-strays.js';
import { redisDataFolder } from '../../src/stack/redis/data-folder.js';
import { databaseArguments } from '../../src/stack/temporal/database.js';
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

  it('is known under the name that its user gave it, however long that is', async () => {
    const home = await aTemporaryFolder();
    const words = ['server', 'start-dev', ...databaseArguments(home)];
    const [short, long] = await Promise.all(
      ['tcli', 'the-dev-server-of-ours'].map((name) => aProcess(home, name, words)),
    );
    await aProcess(home, 'grep', words);
    const executables = [join(home, 'tcli'), join(home, 'the-dev-server-of-ours')];

    const found = (await findStrays(home, 'temporal', executables)).map(({ pid }) => pid);

    expect(new Set(found)).toEqual(new Set([short?.pid, long?.pid]));
  });

  it('is known under the name that its download has', async () => {
    const home = await aTemporaryFolder();
    const server = await aProcess(home, 'cli', ['server', 'start-dev', ...databaseArguments(home)]);

    expect(await findStrays(home, 'temporal')).toMatchObject([{ pid: server.pid }]);
  });

  it('is none where it works on another checkout’s data', async () => {
    const [home, other] = await Promise.all([aTemporaryFolder(), aTemporaryFolder()]);
    await aProcess(home, 'redis-server', ['--dir', redisDataFolder(other)]);

    expect(await findStrays(home, 'redis')).toEqual([]);
  });
});
