/**
 * Every promise of docs/parity.md is held by a test: the page quotes the titles, and they are looked up here.
 *
 * A title counts where it is that of an `it` or a `describe` which runs: one that is skipped holds nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { titlesInSource } from './titles-in-source.js';

const page = fileURLToPath(new URL('../../docs/parity.md', import.meta.url));
const text = readFileSync(page, 'utf8');

interface Quotation {
  readonly title: string;
  /** As the page names it. */
  readonly file: string;
}

interface Row {
  readonly section: string;
  readonly promise: string;
  readonly tests: readonly Quotation[];
}

/** Issues and pull requests whose trap is named: none may get lost. */
const numbers = [
  ...[615, 614, 366, 457, 82, 85, 511, 488, 456, 483, 81, 512, 52, 12, 26, 27, 153, 309, 279, 433, 33, 384],
  ...[709, 6405, 99, 493, 370, 1047, 55879, 57472, 58045],
];

const sectionsWithoutTests = ['Later work'];

function rowsIn(markdown: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  let header = true;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#')) section = line.replace(/^#+ /, '');
    if (!line.startsWith('|')) {
      header = true;
      continue;
    }
    const isHeader = header || /^\|[ -]+\|/.test(line);
    header = false;
    if (isHeader) continue;
    const [, promise = ''] = line.split(' | ', 1)[0]?.split('| ') ?? [];
    rows.push({ section, promise, tests: quotationsIn(line) });
  }
  return rows;
}

function quotationsIn(line: string): Quotation[] {
  return [...line.matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(([, title = '', file = '']) => ({
    title,
    file,
  }));
}

const titles = new Map<string, ReadonlySet<string>>();

/** The titles of a file's tests and suites that run. */
function titlesIn(file: string): ReadonlySet<string> {
  const known = titles.get(file);
  if (known !== undefined) return known;
  const found = titlesInSource(readFileSync(join(dirname(page), file), 'utf8'));
  titles.set(file, found);
  return found;
}

const rows = rowsIn(text);
const quotations = rows.flatMap(({ tests }) => tests);

describe('the page of parity', () => {
  it.each(quotations)('quotes the title of a test that runs: $title ($file)', ({ title, file }) => {
    expect([...titlesIn(file)]).toContain(title);
  });

  it.each(rows.filter(({ section }) => !sectionsWithoutTests.includes(section)))(
    'has a test for each promise: $promise',
    ({ tests }) => {
      expect(tests).not.toEqual([]);
    },
  );

  it.each(numbers)('has a row with a test for the trap %i', (number) => {
    const row = rows.find(({ promise }) => new RegExp(`\\b${number}\\b`).test(promise));

    expect(row?.tests ?? []).not.toEqual([]);
  });

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);

    expect(links.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
  });
});

describe('the look-up of titles', () => {
  it('finds those of tests and suites, plain or for each of something, and of none that is skipped', () => {
    const found = titlesInSource(`
      describe('a', () => { it('b', () => other('not')); });
      it.each<[string]>([['x']])('c %s', () => undefined);
      describe.skipIf(no)('d', () => undefined);
      it.skip('not e', () => undefined);
      describe.skip('not f', () => { it('not g', () => undefined); });
      // it('not h', () => undefined);
    `);

    expect([...found]).toEqual(['a', 'b', 'c %s', 'd']);
  });
});
