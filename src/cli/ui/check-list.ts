/** Checks as lines: ✓ works, ✗ to be mended, – not there, which is all right. Wrapped to the screen. */

import type { Check } from '../../stack/check-stack.js';
import { colours } from './colours.js';
import { wrapText } from './wrap-text.js';

const nameWidth = 20;
const indent = ' '.repeat(nameWidth);

export function checkList(checks: readonly Check[], columns: number): string {
  return checks.map((check) => checkLines(check, columns)).join('\n');
}

function checkLines({ name, state, detail, mend }: Check, columns: number): string {
  const width = Math.max(20, columns - nameWidth);
  const words = detail.split('\n').flatMap((line) => wrapText(line, width));
  const mends = mend === undefined ? [] : mend.split('\n').flatMap((line) => wrapText(`→ ${line}`, width));
  const [first = '', ...more] = [...words, ...mends];
  return [
    `${mark(state)} ${name.padEnd(nameWidth - 2)}${first}`,
    ...more.map((line) => `${indent}${line}`),
  ].join('\n');
}

function mark(state: Check['state']): string {
  switch (state) {
    case 'ok':
      return colours.green('✓');
    case 'failed':
      return colours.red('✗');
    case 'absent':
      return colours.dim('–');
  }
}
