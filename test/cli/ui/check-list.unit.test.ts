import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkList } from '../../../src/cli/ui/check-list.js';
import type { Check } from '../../../src/stack/check-stack.js';

const drawn = (check: Check, columns = 80): string => stripVTControlCharacters(checkList([check], columns));

describe('a check', () => {
  it('has its mend on a line of its own', () => {
    const check: Check = { name: 'Temporal', state: 'failed', detail: 'not running', mend: 'npx leftoff up' };

    expect(drawn(check)).toBe('✗ Temporal          not running\n                    → npx leftoff up');
  });

  it('that is not there is neither a tick nor a cross', () => {
    expect(drawn({ name: 'Worker', state: 'absent', detail: 'none' })).toMatch(/^– Worker /);
  });

  it('breaks between words to fit the screen', () => {
    const lines = drawn({ name: 'Redis', state: 'ok', detail: 'one two three four five six' }, 40).split(
      '\n',
    );

    expect(lines).toEqual(['✓ Redis             one two three four', '                    five six']);
  });

  it('never breaks a path, so that it can be copied', () => {
    const path = `/${'folder/'.repeat(20)}log`;

    expect(drawn({ name: 'Redis', state: 'ok', detail: `see ${path}` })).toContain(path);
  });
});
