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

describe('a page to be written', () => {
  it('is refused before the measuring where the raw samples beside it can’t be read', async () => {
    const folder = await aTemporaryFolder();
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'history.json'), '{}');

    await expect(prepareBenchmarks(join(folder, 'page.md'))).rejects.toThrow("page.md can't be written");
    await expect(prepareBenchmarks(join(folder, 'new', 'page.md'))).resolves.toBeUndefined();
  });
});
