import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';
import { readStopEnvironment } from '../../src/stack/environment.js';
import { identifyProcess } from '../../src/stack/processes/process-identity.js';
import { readServerRecord, writeServerRecord } from '../../src/stack/processes/server-record.js';
import { withLock } from '../../src/stack/processes/with-lock.js';
import { redisDataFolder } from '../../src/stack/redis/data-folder.js';
import { takeDown } from '../../src/stack/take-down.js';
import { databaseArguments } from '../../src/stack/temporal/database.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const disk = vi.hoisted(() => ({ full: false }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    // A full disk makes the file, and then has no room for what is to be in it.
    writeFile: async (path: string, text: string, options?: { mode: number }) => {
      if (!disk.full) return real.writeFile(path, text, options);
      await real.writeFile(path, '', options);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
});

beforeEach(() => {
  disk.full = false;
});

async function aCopyOfTheShell(path: string): Promise<string> {
  await copyFile((await findOnPath('sh', process.env.PATH ?? '')) ?? '', path);
  return path;
}

/** The pid of a process that waits, with these words on its command line. */
async function aProcess(program: string, words: readonly string[]): Promise<number> {
  const child = spawn(program, ['-c', 'read forever', ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child.pid ?? 0;
}

/** A checkout with a running server that its record tells of. */
async function aCheckoutWithRedis(): Promise<{ home: string; pid: number }> {
  const home = await aTemporaryFolder();
  const program = await aCopyOfTheShell(join(home, 'redis-server'));
  const pid = await aProcess(program, ['--dir', redisDataFolder(home)]);
  await writeServerRecord(home, {
    part: 'redis',
    process: await identifyProcess(pid),
    ready: true,
    port: 6379,
    uiPort: null,
    address: 'redis://127.0.0.1:6379',
    executable: program,
    origin: 'PATH',
    log: 'redis.log',
  });
  return { home, pid };
}

describe('taking the stack down', () => {
  it('works on a full disk, says that it does without its lock, and leaves no half-written file', async () => {
    const { home, pid } = await aCheckoutWithRedis();
    const before = await readdir(home, { recursive: true });
    const said: string[] = [];
    disk.full = true;

    const { stopped } = await takeDown({
      environment: { home },
      onProgress: (message) => said.push(message),
    });

    expect(stopped).toEqual(['redis']);
    expect(await identifyProcess(pid)).toBeNull();
    expect(said).toEqual([expect.stringMatching(/lock.*no space left on device.*Going on without it/)]);
    expect(await readdir(home, { recursive: true })).toEqual(before);
  });

  it('notes that a server was stopped, and keeps its port', async () => {
    const { home } = await aCheckoutWithRedis();

    await takeDown({ environment: { home } });

    expect(await readServerRecord(home, 'redis')).toMatchObject({ process: null, ready: false, port: 6379 });
  });

  it('ends a server that has the pid of its record, but another command line than that', async () => {
    const { home, pid } = await aCheckoutWithRedis();
    const record = await readServerRecord(home, 'redis');
    if (!record?.process) throw new Error('no record');
    await writeServerRecord(home, { ...record, process: { ...record.process, command: 'B??ro' } });

    const { stopped } = await takeDown({ environment: { home } });

    expect(stopped).toEqual(['redis']);
    expect(await identifyProcess(pid)).toBeNull();
  });

  it('ends a Temporal without a record whose program LEFTOFF_TEMPORAL_CLI names', async () => {
    const home = await aTemporaryFolder();
    const program = await aCopyOfTheShell(join(home, 'tcli'));
    const pid = await aProcess(program, ['server', 'start-dev', ...databaseArguments(home)]);
    const settings = { LEFTOFF_HOME: home, LEFTOFF_TEMPORAL_CLI: program, DATABASE_URL: 'not one' };

    const { stopped } = await takeDown({ environment: readStopEnvironment(settings) });

    expect(stopped).toEqual(['temporal']);
    expect(await identifyProcess(pid)).toBeNull();
  });

  it('says what it waits for', async () => {
    const home = await aTemporaryFolder();
    const up = new AbortController();
    const said: string[] = [];

    const down = withLock(join(home, 'lock'), asCaller({}), async () =>
      takeDown({
        environment: { home },
        signal: up.signal,
        onProgress: (message) => {
          said.push(message);
          up.abort(new Error('called off'));
        },
      }),
    );

    await expect(down).rejects.toThrow('called off');
    expect(said).toEqual([`waiting for another leftoff (process ${process.pid}) to finish with the stack`]);
  });
});
