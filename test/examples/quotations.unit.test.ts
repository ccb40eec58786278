/**
 * The code in the guide and in the README is in the examples, word for word, and those are run by the tests beside this one.
 *
 * A quotation names its file: ```ts examples/01-first-iteration/activities.ts. It is some of its lines, less what they are
 * all indented by.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(root + path, 'utf8');

interface Quotation {
  readonly page: string;
  readonly file: string;
  readonly code: string;
}

function quotationsIn(page: string): Quotation[] {
  return [...read(page).matchAll(/^```ts *(\S*)\n([\s\S]*?)^```$/gm)].map(([, file = '', code = '']) => ({
    page,
    file,
    code,
  }));
}

const unindented = (lines: readonly string[]): string => {
  const indents = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
};

function quotes(file: string, code: string): boolean {
  const wanted = code.trimEnd();
  const count = wanted.split('\n').length;
  const lines = file.split('\n');
  return lines.some((_, start) => unindented(lines.slice(start, start + count)) === wanted);
}

const guide = quotationsIn('docs/library.md');
const readme = quotationsIn('README.md');

describe('the guide and the README', () => {
  it.each([...guide, ...readme].map((quotation, index) => ({ ...quotation, number: index + 1 })))(
    'quote word for word: $page, $file ($number)',
    ({ file, code }) => {
      expect(file, 'A quotation names its file after ```ts').not.toBe('');
      expect(quotes(read(file), code), `Not in ${file}:\n${code}`).toBe(true);
    },
  );

  it('quote something of every chapter', () => {
    const chapters = readdirSync(`${root}examples`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);

    const quoted = new Set([...guide, ...readme].map(({ file }) => file.split('/')[1]));

    expect(chapters.filter((chapter) => !quoted.has(chapter))).toEqual([]);
  });

  it('show the README’s whole example in at most 60 lines', () => {
    const files = ['workflows.ts', 'activities.ts', 'main.ts'].map((file) => `examples/00-readme/${file}`);

    expect(readme.map(({ file, code }) => [file, code])).toEqual(files.map((file) => [file, read(file)]));
    expect(
      readme.reduce((lines, { code }) => lines + code.trimEnd().split('\n').length, 0),
    ).toBeLessThanOrEqual(60);
  });
});
