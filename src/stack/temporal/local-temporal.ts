/**
 * The local Temporal dev server: settings, and when it counts as healthy.
 *
 * D1  Runs survive a restart: state is in a file. WAL and synchronous=normal halve the price of that (17 to 10.6 ms a round trip).
 * D2  The dispatch limit is raised, or each Activity after the first 20 a second would wait 47 ms; LEFTOFF_TEMPORAL_SETTINGS=default
 *     leaves it as it is. `verify` says which.
 */

import type { Environment } from '../environment.js';
import type { LocalServer } from '../processes/local-server.js';
import { quoteForShell } from '../quote-for-shell.js';
import { checkTemporal } from './check-temporal.js';
import { beginDatabase, databaseArguments, finishDatabase, temporalDatabase } from './database.js';
import { localNamespace, temporalUi } from './local-address.js';
import { settingArguments } from './server-settings.js';

/** The dev server as the stack starts it. */
export function localTemporal(
  environment: Environment,
  executable: { path: string; origin: string },
): LocalServer {
  return {
    part: 'temporal',
    executable: executable.path,
    origin: executable.origin,
    args: ({ port, uiPort }) => [
      ...['server', 'start-dev', ...databaseArguments(environment.home)],
      ...['--ip', '127.0.0.1', '--port', String(port), '--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)],
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
      ...settingArguments(environment.temporalSettings),
      ...['--namespace', localNamespace, '--log-level', 'warn', '--log-format', 'json'],
    ],
    env: withoutTemporalSettings(environment.variables),
    runAs: null,
    data: `${quoteForShell(temporalDatabase(environment.home))}*`,
    address: ({ port }) => `127.0.0.1:${port}`,
    beforeStart: (onProgress) => beginDatabase(environment.home, onProgress),
    checkHealth: ({ uiPort }) => checkTemporal(temporalUi(uiPort)),
    afterStart: () => finishDatabase(environment.home),
    startLimitMs: 30_000,
  };
}

/** The CLI reads TEMPORAL_* itself; a user's cloud settings must not leak into the local server. */
function withoutTemporalSettings(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
