import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareBenchmarks } from '../../../src/cli/bench/benchmark-files.js';
import { benchCommand } from '../../../src/cli/bench.js';
import { aTemporaryFolder } from '../../stack/a-temporary-folder.js';

const bench = (...args: string[]) => benchCommand().parseAsync(args, { from: 'user' });

describe('flags of bench', () => {
  it.each([
    ['a page that is none', ['--write', 'benchmarks.txt'], "'benchmarks.txt' is no page"],
    ['a page to render that is not named', ['--render'], 'Which page'],
    ['lanes of a table that has none', ['history', '--lanes', 'step:5'], '--lanes would change nothing'],
    ['orders a transaction elsewhere', ['history', '--batch-size', '5'], '--batch-size would change nothing'],
    [
      'orders of recovery, which has its own',
      ['recovery', '--orders', '50'],
      '--orders would change nothing',
    ],
  ])('are refused as wrong usage: %s', async (_, args, words) => {
    await expect(bench(...args)).rejects.toMatchObject({
      ...{ kind: 'usage', message: expect.stringContaining(words) },
    });
  });
});

describe('flags of bench with --peers', () => {
  it('are judged by the tables of peers too: they have orders, beside recovery as well', async () => {
    const page = join(await aTemporaryFolder(), 'page.md');
    // Rendered, so that nothing is measured once the flags are through.
    const flags = ['--orders', '50', '--render', '--write', page, '--quiet'];

    await expect(bench('recovery', ...flags)).rejects.toThrow('--orders would change nothing');
    await expect(bench('recovery', '--peers', ...flags)).resolves.toBeDefined();
  });
});

describe('a page to be written', () => {
  it('is refused before the measuring where the raw samples beside it can’t be read', async () => {
    const folder = await aTemporaryFolder();
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'history.json'), '{}');

    await expect(prepareBenchmarks(join(folder, 'page.md'))).rejects.toThrow("page.md can't be written");
    await expect(prepareBenchmarks(join(folder, 'new', 'page.md'))).resolves.toBeUndefined();
  });
});
