import { describe, expect, it } from 'vitest';
import { installedSdk } from '../../src/worker/sdk-versions.js';

describe('the installed SDK', () => {
  it('is named by its own release and that of its native part', () => {
    expect(installedSdk()).toMatch(/^@temporalio\/worker 1\.\d+\.\d+, @temporalio\/core-bridge 1\.\d+\.\d+$/);
  });
});
