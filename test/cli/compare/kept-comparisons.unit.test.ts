import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/cli/compare/compare.js';
import { aTemporaryFolder } from '../../stack/a-temporary-folder.js';
import { aComparison } from './some-lanes.js';

const { signal } = new AbortController();
const silent = { json: false, quiet: true, result: () => undefined, progress: () => undefined };
const flags = { fault: 'sigkill', checkpointEvery: 10, payments: 'none' } as const;

async function aKeptComparison(): Promise<{ folder: string; kept: string }> {
  const folder = await aTemporaryFolder();
  const kept = join(folder, 'kept.json');
  await writeFile(kept, JSON.stringify(aComparison()));
  return { folder, kept };
}

describe('a comparison that is kept', () => {
  it('is written as a Markdown page, and as one with pictures, without anything being played', async () => {
    const { folder, kept } = await aKeptComparison();
    const [write, report] = [join(folder, 'page.md'), join(folder, 'page.html')];

    await compare({ ...flags, from: [kept], write, report }, silent, signal);

    expect(await readFile(write, 'utf8')).toContain('Raw: [kept.json](kept.json)');
    const page = await readFile(report, 'utf8');
    expect(page).toContain('<svg');
    expect(page).toContain('Not claimed');
    expect(page).toContain('What each lane guarantees');
  });

  it('is refused where it is none', async () => {
    const { folder } = await aKeptComparison();
    const wrong = join(folder, 'wrong.json');
    await writeFile(wrong, '{"fault":"sigkill"}');

    await expect(compare({ ...flags, from: [wrong] }, silent, signal)).rejects.toThrow('holds no comparison');
  });

  it('is needed to write a page of', async () => {
    await expect(compare({ ...flags, write: 'page.md' }, silent, signal)).rejects.toThrow(
      '--write needs --from',
    );
  });
});
