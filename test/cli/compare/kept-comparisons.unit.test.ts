import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/cli/compare/compare.js';
import { openOutput } from '../../../src/cli/output.js';

const kept = new URL('../../../docs/comparison/sigkill.json', import.meta.url).pathname;
const noComparison = new URL('../../../package.json', import.meta.url).pathname;

const from = (file: string, write?: string) =>
  compare(
    {
      ...{ fault: 'sigkill', checkpointEvery: 10, payments: 'none', from: [file] },
      ...(write === undefined ? {} : { write }),
    },
    openOutput({ quiet: true }),
    new AbortController().signal,
  );

describe('a comparison that is kept', () => {
  it('is told in a line from a file that is something else', async () => {
    await expect(from(noComparison)).rejects.toThrow(/package\.json holds no comparison: fault: .*\.?$/);
  });

  it('is refused to be written where there is no folder for it, or over what is no page', async () => {
    await expect(from(kept, '/not/there/comparison.md')).rejects.toThrow(/can't be written/);
    await expect(from(kept, noComparison)).rejects.toThrow('is no page');
  });
});
