import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installIntoCache } from '../../src/stack/downloads/install-into-cache.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

describe('the cache', () => {
  it('never holds half an install', async () => {
    const cache = await aTemporaryFolder();
    const broken = installIntoCache(join(cache, 'temporal'), async (partial) => {
      await writeFile(join(partial, 'program'), 'half');
      throw new Error('the network went away');
    });

    await expect(broken).rejects.toThrow('the network went away');

    expect(await readdir(cache)).toEqual([]);
  });

  it('takes two installs of the same at once', async () => {
    const goal = join(await aTemporaryFolder(), 'temporal');
    const install = () => installIntoCache(goal, (partial) => writeFile(join(partial, 'program'), 'whole'));

    await Promise.all([install(), install()]);

    expect(await readFile(join(goal, 'program'), 'utf8')).toBe('whole');
  });

  it('clears away what a killed install left long ago', async () => {
    const cache = await aTemporaryFolder();
    const abandoned = join(cache, 'temporal.1234.partial');
    await mkdir(abandoned);
    await utimes(abandoned, 0, 0);

    await installIntoCache(join(cache, 'temporal'), async () => undefined);

    expect(await readdir(cache)).toEqual(['temporal']);
  });
});
