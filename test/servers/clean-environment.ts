/**
 * The environment for what tests start: this process', without what would lead it to a developer's servers.
 *
 * What names programs and the cache of downloads stays: tests use what is on the machine already.
 */
import { fileURLToPath } from 'node:url';

const programs = new Set(['LEFTOFF_CACHE', 'LEFTOFF_TEMPORAL_CLI', 'LEFTOFF_TEMPORAL_TEST_SERVER']);
/** vitest sets colours and its own mode for its forks; a child of a test is a user's process, and has neither. */
const ofTestRun = /^(FORCE_COLOR|NO_COLOR|NODE_ENV|NODE_OPTIONS|VITEST.*|TEST|VITE_.*|DEV|PROD|MODE)$/;
const ofStack = /^(DATABASE_URL|REDIS_URL|TEMPORAL_.*|LEFTOFF_.*|PG[A-Z]+)$/;

/** A temporal.toml that names nothing. */
export const noProfiles = fileURLToPath(new URL('./no-profiles.toml', import.meta.url));

export function cleanEnvironment(source: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {
    // A temporal.toml in the home folder must not count either.
    TEMPORAL_CONFIG_FILE: noProfiles,
  };
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || ofTestRun.test(name)) continue;
    if (!ofStack.test(name) || programs.has(name)) kept[name] = value;
  }
  return kept;
}
