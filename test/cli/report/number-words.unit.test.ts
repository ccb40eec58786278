import { describe, expect, it } from 'vitest';
import { between, counted, duration, ratio, spreadWords } from '../../../src/cli/report/number-words.js';

describe('numbers on the page', () => {
  it('a span has its unit once, and one number where both are written alike', () => {
    expect(between(1_240, 1_420, duration)).toBe('1.2 to 1.4\u00a0s');
    expect(between(912, 1_420, duration)).toBe('912\u00a0ms to 1.4\u00a0s');
    expect(between(1_410, 1_420, duration)).toBe('1.4\u00a0s');
    expect(between(0.97, 1.04, ratio)).toBe('0.97 to 1.04\u00a0×');
  });

  it('one round has no spread', () => {
    expect(spreadWords({ median: 1, lowest: 1, highest: 1, n: 1 }, ratio)).toBe('');
    expect(spreadWords({ median: 1, lowest: 1, highest: 2, n: 3 }, ratio)).toBe('1.00 to 2.00\u00a0×, n = 3');
  });

  it('what is not known is a dash, and one of a thing is one', () => {
    expect([duration(null), counted(1, 'order'), counted(1_234, 'order')]).toEqual([
      '–',
      '1 order',
      '1,234 orders',
    ]);
  });
});
