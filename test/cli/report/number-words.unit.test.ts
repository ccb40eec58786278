import { describe, expect, it } from 'vitest';
import { between, bytes, duration, ratio, spreadWords } from '../../../src/cli/report/number-words.js';

describe('numbers on the page', () => {
  it.each([
    [0, '0 µs'],
    [0.062, '62 µs'],
    [0.9996, '1.0 ms'],
    [8.74, '8.7 ms'],
    [9.96, '10 ms'],
    [123.4, '123 ms'],
    [999.6, '1.0 s'],
    [2_740, '2.7 s'],
    [41_300, '41 s'],
    [null, '–'],
  ])('%s ms is written %s', (ms, words) => {
    expect(duration(ms).replace('\u00a0', ' ')).toBe(words);
  });

  it.each([
    [999, '999 B'],
    [2_480, '2.5 kB'],
    [21_400, '21 kB'],
    [1_264_000, '1.3 MB'],
  ])('%s bytes are written %s', (value, words) => {
    expect(bytes(value).replace('\u00a0', ' ')).toBe(words);
  });

  it('a span has its unit once, and one number where both are written alike', () => {
    expect(between(1_240, 1_420, duration)).toBe('1.2 to 1.4\u00a0s');
    expect(between(912, 1_420, duration)).toBe('912\u00a0ms to 1.4\u00a0s');
    expect(between(1_410, 1_420, duration)).toBe('1.4\u00a0s');
    expect(between(0.97, 1.04, ratio)).toBe('0.97 to 1.04×');
  });

  it('one round has no spread', () => {
    expect(spreadWords({ median: 1, lowest: 1, highest: 1, n: 1 }, ratio)).toBe('');
    expect(spreadWords({ median: 1, lowest: 1, highest: 2, n: 3 }, ratio)).toBe('1.00 to 2.00×, n = 3');
  });
});
