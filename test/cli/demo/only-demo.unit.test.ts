import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asOnlyDemo } from '../../../src/cli/demo/only-demo.js';
import { aTemporaryFolder } from '../../stack/a-temporary-folder.js';

const { signal } = new AbortController();

describe('a demo', () => {
  it('refuses to begin beside another one, and names its process', async () => {
    const home = await aTemporaryFolder();

    await asOnlyDemo(home, signal, async () => {
      const second = asOnlyDemo(home, signal, async () => 'played');

      await expect(second).rejects.toThrow(
        `A demo or a comparison is running already in this checkout (process ${process.pid})`,
      );
    });
  });

  it('begins once the one before it has ended, however that ended', async () => {
    const home = await aTemporaryFolder();
    const failed = new Error('it failed');
    await expect(asOnlyDemo(home, signal, () => Promise.reject(failed))).rejects.toBe(failed);

    await expect(asOnlyDemo(home, signal, async () => 'played')).resolves.toBe('played');
  });

  it('is not kept from beginning by one that died', async () => {
    const home = await aTemporaryFolder();
    const dead = { pid: 2 ** 22 + 1, startedAt: '2026-11-23T17:45:41.000Z', command: 'node' };
    await writeFile(join(home, 'demo.lock'), JSON.stringify({ token: 'x', holder: dead }));

    await expect(asOnlyDemo(home, signal, async () => 'played')).resolves.toBe('played');
  });
});
