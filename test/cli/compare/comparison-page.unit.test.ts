import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../../src/cli/compare/comparison.js';
import { comparisonPage } from '../../../src/cli/compare/comparison-page.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));

describe('docs/comparison.md', () => {
  it('is what the comparisons beside it come to: nobody typed it', () => {
    const files = readdirSync(`${docs}comparison`).filter((name) => name.endsWith('.json'));
    const kept = files.map((name) => ({
      file: `comparison/${name}`,
      comparison: comparisonSchema.parse(JSON.parse(readFileSync(`${docs}comparison/${name}`, 'utf8'))),
    }));

    expect(kept).not.toEqual([]);
    expect(readFileSync(`${docs}comparison.md`, 'utf8')).toBe(comparisonPage(kept));
  });
});
