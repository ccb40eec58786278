import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadParts } from '../../src/stack/download-parts.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { noProfiles } from '../servers/clean-environment.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

/** Neither programs nor pip on PATH; the two of Temporal's are named, so that nothing asks the network. */
async function aMachine(more: Record<string, string> = {}) {
  const folder = await aTemporaryFolder();
  return readEnvironment({
    PATH: join(folder, 'bin'),
    LEFTOFF_CACHE: folder,
    LEFTOFF_TEMPORAL_CLI: process.execPath,
    LEFTOFF_TEMPORAL_TEST_SERVER: process.execPath,
    TEMPORAL_CONFIG_FILE: noProfiles,
    ...more,
  });
}

describe('what is fetched for offline work', () => {
  it('is every program, the tests’ too', async () => {
    const parts = await downloadParts({ environment: await aMachine() });

    expect(parts.map(({ label }) => label)).toEqual([
      'Temporal dev server',
      'Redis server',
      'Temporal test server',
    ]);
  });

  it('is not what the environment names', async () => {
    const environment = await aMachine({
      TEMPORAL_ADDRESS: 'elsewhere:7233',
      REDIS_URL: 'redis://elsewhere',
    });

    const parts = await downloadParts({ environment });

    expect(parts.map(({ label }) => label)).toEqual(['Temporal test server']);
  });

  it('may lack Redis, which is optional', async () => {
    const parts = await downloadParts({ environment: await aMachine() });

    expect(parts.find(({ label }) => label === 'Redis server')).toMatchObject({
      state: 'absent',
      need: 'optional',
    });
  });
});
