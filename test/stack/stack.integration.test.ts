import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartName } from '../../src/stack/addresses.js';
import { bringUp } from '../../src/stack/bring-up.js';
import { checkStack } from '../../src/stack/check-stack.js';
import { connectTemporal } from '../../src/stack/connect-temporal.js';
import { type Environment, readEnvironment } from '../../src/stack/environment.js';
import { findStack } from '../../src/stack/find-stack.js';
import { postgresDataFolders } from '../../src/stack/postgres/data-folders.js';
import { identifyAllProcesses, identifyProcess } from '../../src/stack/processes/process-identity.js';
import {
  readServerRecord,
  type ServerRecord,
  writeServerRecord,
} from '../../src/stack/processes/server-record.js';
import { checkRedis } from '../../src/stack/redis/check-redis.js';
import { takeDown } from '../../src/stack/take-down.js';
import { noProfiles } from '../servers/clean-environment.js';

const parts: readonly PartName[] = ['temporal', 'postgres', 'redis'];
let home: string;
let environment: Environment;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'leftoff-stack-')));
  await chmod(home, 0o755);
  environment = await environmentWith({});
  await bringUp({ environment });
});

afterAll(async () => {
  await takeDown({ environment });
  await rm(home, { recursive: true, force: true });
});

/** Only what decides where programs are found; no server that the developer's environment names. */
async function environmentWith(variables: Record<string, string>): Promise<Environment> {
  const { PATH = '', HOME = '', XDG_CACHE_HOME = '', LEFTOFF_CACHE = '' } = process.env;
  const { LEFTOFF_TEMPORAL_CLI = '' } = process.env;
  const kept = {
    PATH,
    HOME,
    XDG_CACHE_HOME,
    LEFTOFF_CACHE,
    LEFTOFF_TEMPORAL_CLI,
    TEMPORAL_CONFIG_FILE: noProfiles,
  };
  return readEnvironment({ ...kept, LEFTOFF_HOME: home, ...variables });
}

async function recordOf(part: PartName): Promise<ServerRecord> {
  const record = await readServerRecord(home, part);
  if (!record) throw new Error(`no record of ${part}`);
  return record;
}

async function pids(): Promise<readonly (number | undefined)[]> {
  return Promise.all(parts.map(async (part) => (await readServerRecord(home, part))?.process?.pid));
}

async function runningServers(): Promise<readonly string[]> {
  const all = [...(await identifyAllProcesses()).values()].map(({ command }) => command);
  return all.filter((command) => command.includes(home) && /temporal|postgres|redis|valkey/.test(command));
}

async function query(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: (await findStack({ environment })).postgres.url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function aStranger(): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('no process');
  return { child, pid: child.pid };
}

/** A program in place of a server. Run by this very node: ps is to show one command line from start to end. */
async function aProgram(code: string): Promise<string> {
  const path = join(home, 'a-program.cjs');
  await writeFile(path, `#!${process.execPath}\n${code}\n`, { mode: 0o700 });
  return path;
}

/** Files below a folder that another user can get at and read. */
async function readableByOthers(folder: string): Promise<readonly string[]> {
  const found = await Promise.all(
    (await readdir(folder, { withFileTypes: true })).map(async (entry) => {
      const path = join(folder, entry.name);
      const { mode } = await stat(path);
      if (entry.isDirectory()) return (mode & 0o001) === 0 ? [] : readableByOthers(path);
      return (mode & 0o004) === 0 ? [] : [path];
    }),
  );
  return found.flat();
}

describe('up', () => {
  it('starts a Redis that nobody commands without its password, which no command line shows', async ({
    skip,
  }) => {
    const { redis } = await findStack({ environment });
    if (redis === null) return skip('this machine has no Redis');
    const { port, password } = new URL(redis.url);

    await expect(checkRedis(redis.url)).resolves.toBeUndefined();
    await expect(checkRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow('NOAUTH');
    expect(password).not.toBe('');
    expect((await runningServers()).filter((command) => command.includes(password))).toEqual([]);
  });

  it('a second time starts nothing and keeps every process', async () => {
    const before = await pids();

    const again = await bringUp({ environment });

    expect(again.started).toEqual([]);
    expect(await pids()).toEqual(before);
  });

  it('answers on 127.0.0.1, and says so in its checks', async () => {
    const { temporal, postgres } = await findStack({ environment });

    expect(temporal.address).toMatch(/^127\.0\.0\.1:/);
    expect(new URL(postgres.url).hostname).toBe('127.0.0.1');
    expect((await checkStack({ environment })).filter(({ state }) => state === 'failed')).toEqual([]);
    expect((await checkStack({ environment })).map(({ detail }) => detail).join()).toContain(
      'MaxPollRPS=500',
    );
  });

  it('says how a server is set that runs already, and leaves it so whatever is asked for', async () => {
    const before = await recordOf('temporal');

    const untuned = await environmentWith({ LEFTOFF_TEMPORAL_SETTINGS: 'default' });
    const { temporalSettings, notes } = await bringUp({ environment: untuned });

    expect(temporalSettings).toBe('tuned');
    expect(notes.join()).toContain('with tuned settings; asked for: default');
    expect((await recordOf('temporal')).process).toEqual(before.process);
    expect(await checkStack({ environment: untuned })).toContainEqual(
      expect.objectContaining({ name: 'Temporal settings', state: 'failed' }),
    );
  });

  it('starts a killed server again on its port, with its data', async () => {
    await query('create table kept (id integer primary key)');
    const before = await Promise.all(parts.map(recordOf));
    const client = await connectTemporal(await findStack({ environment }), { environment });
    await client.workflow.start('neverRun', { workflowId: 'kept', taskQueue: 'nobody' });
    await client.connection.close();
    for (const { process: killed } of before) if (killed) process.kill(killed.pid, 'SIGKILL');

    const { started } = await bringUp({ environment });

    expect(started).toEqual(before.filter((record) => record.process).map(({ part }) => part));
    expect((await recordOf('postgres')).port).toBe(before[1]?.port);
    expect((await query('select * from kept')).rowCount).toBe(0);
    const restarted = await connectTemporal(await findStack({ environment }), { environment });
    expect((await restarted.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
    await restarted.connection.close();
  });

  it('restarts a server that hangs', async () => {
    const { process: hanging } = await recordOf('temporal');
    if (hanging) process.kill(hanging.pid, 'SIGSTOP');

    const { started } = await bringUp({ environment });

    expect(started).toEqual(['temporal']);
    expect(hanging && (await identifyProcess(hanging.pid))).toBeNull();
  });

  it('never runs two servers on the same data, even when records are lost', async () => {
    await rm(join(home, 'servers'), { recursive: true });

    await bringUp({ environment });

    const running = await runningServers();
    expect(running.filter((command) => command.includes('start-dev'))).toHaveLength(1);
    expect(running.filter((command) => command.includes('/postgres -D'))).toHaveLength(1);
  });

  it('twice at once starts each part once', async () => {
    await takeDown({ environment });

    const [one, other] = await Promise.all([bringUp({ environment }), bringUp({ environment })]);

    expect([one.started.length, other.started.length].sort()).toEqual([0, expect.any(Number)]);
    expect(one.postgres).toEqual(other.postgres);
  });

  it('leaves a stranger alone whose pid a stale record names', async () => {
    await takeDown({ environment });
    const stranger = await aStranger();
    const stale = {
      pid: stranger.pid,
      startedAt: '2020-01-01T00:00:00.000Z',
      command: 'temporal server start-dev',
    };
    await writeServerRecord(home, { ...(await recordOf('temporal')), process: stale, ready: true });

    const { started } = await bringUp({ environment });

    expect(started).toContain('temporal');
    expect(await identifyProcess(stranger.pid)).not.toBeNull();
    stranger.child.kill('SIGKILL');
  });

  it('takes another port when its own was taken, and says so', async () => {
    await takeDown({ environment });
    const { port } = await recordOf('postgres');
    const squatter = createServer().listen(port, '127.0.0.1');
    const said: string[] = [];

    const { postgres } = await bringUp({ environment, onProgress: (message) => said.push(message) });

    expect(new URL(postgres.url).port).not.toBe(String(port));
    expect(said.join('\n')).toMatch(/port \d+ is taken: PostgreSQL takes \d+/);
    squatter.close();
  });

  it('refuses a demanded port that is taken, by the name of its variable', async () => {
    await takeDown({ environment });
    const port = await getPort();
    const squatter = createServer().listen(port, '127.0.0.1');
    const demanding = await environmentWith({ LEFTOFF_TEMPORAL_PORT: String(port) });

    await expect(bringUp({ environment: demanding })).rejects.toThrow(`Port ${port} for Temporal is taken`);

    squatter.close();
    await bringUp({ environment });
  });

  it('tells what it started, also where another part fails', async () => {
    await takeDown({ environment });
    const nowhere = await environmentWith({ LEFTOFF_TEMPORAL_CLI: await aProgram('process.exit(1)') });
    const started: PartName[] = [];

    const up = bringUp({ environment: nowhere, onStarted: (part) => started.push(part) });

    await expect(up).rejects.toThrow('Temporal ended right after its start');
    expect(started).toContain('postgres');
    expect(started).not.toContain('temporal');
    expect((await recordOf('postgres')).ready).toBe(true);
  });

  it('that is called off leaves no server that is not up, and keeps those that are', async () => {
    await bringUp({ environment });
    await takeDown({ environment, parts: ['temporal'] });
    const silent = await aProgram('setInterval(() => undefined, 1000)');
    const caller = new AbortController();
    const reason = new Error('Ctrl+C');
    const up = bringUp({
      environment: await environmentWith({ LEFTOFF_TEMPORAL_CLI: silent }),
      signal: caller.signal,
    });
    await Promise.race([
      up,
      expect
        .poll(() => recordOf('temporal'))
        .toMatchObject({ ready: false, executable: silent, process: {} }),
    ]);

    caller.abort(reason);

    await expect(up).rejects.toBe(reason);
    expect((await runningServers()).join('\n')).not.toContain(silent);
    expect((await recordOf('temporal')).process).toBeNull();
    expect((await bringUp({ environment })).started).toEqual(['temporal']);
  });

  it('brings the rest up where Redis does not start, and says why and what to do', async ({ skip }) => {
    if ((await findStack({ environment })).redis === null) return skip('this machine has no Redis');
    await takeDown({ environment, parts: ['redis'] });
    const data = join(home, 'redis', 'appendonly.aof');
    await rm(join(home, 'redis'), { recursive: true });
    // Newer ones keep a folder beside it, and read this file where there is none.
    await mkdir(join(home, 'redis'));
    await writeFile(data, 'no command');

    const { redis, notes } = await bringUp({ environment });

    expect(redis).toBeNull();
    expect(notes.join()).toMatch(
      /No Redis; [\s\S]*Redis ended right after its start[\s\S]*mkdir -p .*damaged/,
    );
    expect((await checkStack({ environment })).filter(({ state }) => state === 'failed')).toEqual([]);
    await rm(data);
    expect((await bringUp({ environment })).started).toEqual(['redis']);
  });

  it('keeps its data in its home, whatever letters that has, and finds its servers there again', async () => {
    await takeDown({ environment });
    const odd = join(home, '50% größer? #1', '.leftoff');
    const elsewhere = { environment: await environmentWith({ LEFTOFF_HOME: odd }) };
    await bringUp(elsewhere);
    await rm(join(odd, 'servers'), { recursive: true });

    const { stopped } = await takeDown(elsewhere);

    expect(stopped).toEqual(expect.arrayContaining(['temporal', 'postgres']));
    expect(await readdir(odd)).toContain('temporal.db');
    expect(await runningServers()).toEqual([]);
    await bringUp({ environment });
  });

  it('makes a Temporal database anew whose making was killed', async () => {
    const elsewhere = { environment: await environmentWith({ LEFTOFF_HOME: join(home, 'killed') }) };
    await mkdir(join(home, 'killed'));
    await writeFile(join(home, 'killed', 'temporal.db'), '');
    const said: string[] = [];

    await bringUp({ ...elsewhere, onProgress: (message) => said.push(message) });

    expect(said.join()).toContain('left half made');
    await takeDown(elsewhere);
  });

  it('clears away what a killed initdb left, also beside whole data', async () => {
    await takeDown({ environment, parts: ['postgres'] });
    const [inHome] = postgresDataFolders(home);
    await mkdir(join(`${inHome}.partial`, 'base'), { recursive: true });

    await bringUp({ environment });

    expect(await readdir(home)).not.toContain('postgres.partial');
  });

  it('leaves nothing in its files that another user could read', async () => {
    await bringUp({ environment });

    expect(await readableByOthers(home)).toEqual([]);
  });

  it('as root too lets PostgreSQL’s user reach its data in a home that others cannot look into', async () => {
    await takeDown({ environment });
    const elsewhere = {
      environment: await environmentWith({ LEFTOFF_HOME: join(home, 'closed', '.leftoff') }),
    };

    await bringUp(elsewhere);

    expect((await stat(join(home, 'closed', '.leftoff'))).mode & 0o066).toBe(0);
    expect((await stat(join(home, 'closed', '.leftoff', 'postgres'))).isDirectory()).toBe(true);
    await takeDown(elsewhere);
    await bringUp({ environment });
  });

  it('says which server of the environment does not answer', async () => {
    const nowhere = `postgresql://127.0.0.1:${await getPort()}/orders`;

    const up = bringUp({ environment: await environmentWith({ DATABASE_URL: nowhere }) });

    await expect(up).rejects.toThrow('PostgreSQL, as DATABASE_URL names it, does not answer');
  });
});

describe('down', () => {
  it('leaves no process, also none whose record was lost', async () => {
    await bringUp({ environment });
    await rm(join(home, 'servers', 'postgres.json'));

    await takeDown({ environment });

    expect(await runningServers()).toEqual([]);
    await expect(findStack({ environment })).rejects.toThrow('Temporal and PostgreSQL are not running');
  });

  it('a second time stops nothing', async () => {
    expect(await takeDown({ environment })).toEqual({ stopped: [] });
  });
});
