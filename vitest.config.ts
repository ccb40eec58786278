import { defineConfig } from 'vitest/config';
import { leftoffSources } from './test/leftoff-sources.js';

const tier = (name: string, options: { servers?: boolean; testTimeout?: number } = {}) => ({
  resolve: { alias: leftoffSources },
  test: {
    name,
    include: [`{test,examples}/**/*.${name}.test.ts`],
    pool: 'forks' as const,
    testTimeout: options.testTimeout ?? 5_000,
    hookTimeout: 120_000,
    ...(options.servers ? { globalSetup: ['test/servers/global-setup.ts'] } : {}),
  },
});

/** One project a tier: the suffix of a test file says what it needs. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
    projects: [
      // For properties on a busy machine; what hangs is found all the same.
      tier('unit', { testTimeout: 30_000 }),
      tier('time-skipping', { testTimeout: 60_000 }),
      tier('integration', { servers: true, testTimeout: 90_000 }),
      tier('cli', { servers: true, testTimeout: 120_000 }),
    ],
  },
});
