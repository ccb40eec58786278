/**
 * What `leftoff/…` means in tests and examples: the sources, so that nothing passes on an old build.
 *
 * S1  Whoever installs the package gets the same entries out of `dist`, by the `exports` of package.json.
 * S2  One list for vitest, for Workflow bundles and, in tsconfig.json's `paths`, for the compiler and tsx.
 */
import { fileURLToPath } from 'node:url';
import type { BundleOptions } from '@temporalio/worker';

const entries = ['steps', 'iteration', 'inspection', 'operation', 'testing', 'plugin', 'payloads'] as const;

const sourceOf = (entry: string): string =>
  fileURLToPath(new URL(`../src/continuation/${entry}/index.ts`, import.meta.url));

type WebpackConfiguration = ReturnType<NonNullable<BundleOptions['webpackConfigHook']>>;

/** For vitest's `resolve.alias`. */
export const leftoffSources = Object.fromEntries(
  entries.map((entry) => [`leftoff/${entry}`, sourceOf(entry)]),
);

/** For `bundleWorkflowCode` and `Worker.create`, as their `webpackConfigHook`. */
export function bundlingLeftoffSources(config: WebpackConfiguration): WebpackConfiguration {
  return {
    ...config,
    resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...leftoffSources } },
  };
}
