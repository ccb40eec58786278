import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../src/faults/faults.js';

const page = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');

describe('docs/faults.md', () => {
  it.each(listFaults())('says what $name does, in its own words', ({ name, title }) => {
    expect(page).toContain(`| \`${name}\` | ${title} |`);
  });
});
