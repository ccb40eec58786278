import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { guarantees } from '../../../src/cli/compare/guarantees.js';
import { laneNameSchema } from '../../../src/cli/compare/lanes.js';
import { titlesInSource } from '../../docs/titles-in-source.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const quotations = guarantees.flatMap(({ lane, heldBy }) => heldBy.map((held) => ({ lane, ...held })));

describe('the guarantees', () => {
  it.each(quotations)('of $lane quote the title of a test that runs: $title', ({ title, file }) => {
    expect([...titlesInSource(readFileSync(`${root}${file}`, 'utf8'))]).toContain(title);
  });

  it('are there for each lane, with a test for each', () => {
    expect(guarantees.map(({ lane }) => lane)).toEqual(laneNameSchema.options);
    for (const { heldBy } of guarantees) expect(heldBy).not.toEqual([]);
  });
});
