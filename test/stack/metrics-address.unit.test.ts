import { describe, expect, it } from 'vitest';
import { parseMetricsAddress } from '../../src/stack/metrics-address.js';

describe('where metrics are served', () => {
  it.each([
    ['9464', '127.0.0.1:9464'],
    ['localhost:9464', '127.0.0.1:9464'],
    [':9464', null],
    ['0.0.0.0:9464', '0.0.0.0:9464'],
    ['[::1]:9464', '[::1]:9464'],
    ['::1:9464', '[::1]:9464'],
    [' 9464 ', '127.0.0.1:9464'],
  ])('is on this machine alone, unless an address says otherwise: %s', (text, address) => {
    expect(parseMetricsAddress(text)).toBe(address);
  });

  it.each(['', 'soon', '0', '70000', 'example.com:9464', '127.0.0.1', '127.0.0.1:', '-1', '9464/metrics'])(
    'is no address: %s',
    (text) => {
      expect(parseMetricsAddress(text)).toBeNull();
    },
  );
});
