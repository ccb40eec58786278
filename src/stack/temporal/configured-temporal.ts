/**
 * The Temporal that the user's environment names: TEMPORAL_* variables or a temporal.toml profile (TLS, API keys, Cloud).
 *
 * Z1  Only an address makes it the user's; settings without one leave us with the local server.
 * Z2  A profile that is named but not there, or a broken file, is the user's mistake and said as such.
 */
import { type ClientConnectConfig, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import { UserError } from '../../user-error.js';
import type { TemporalAddress } from '../addresses.js';
import type { Environment } from '../environment.js';

export interface ConfiguredTemporal {
  readonly address: TemporalAddress;
  /** For the client's and the worker's connection alike. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

/** What the environment names, or null. */
export function configuredTemporal(environment: Environment): ConfiguredTemporal | null {
  try {
    const profileName = environment.variables.TEMPORAL_PROFILE;
    const profile = loadClientConfigProfile({
      overrideEnvVars: { ...environment.variables },
      ...(profileName ? { profile: profileName } : {}),
    });
    if (!profile.address) return null;
    const { connectionOptions, namespace = 'default' } = toClientOptions(profile);
    return {
      address: { address: profile.address, namespace, ui: null, source: 'environment' },
      connectionOptions,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The Temporal settings of the environment cannot be used: ${reason}`,
      'Correct TEMPORAL_PROFILE, the other TEMPORAL_* variables or temporal.toml; unset them to use the local server.',
      'usage',
      { cause: error },
    );
  }
}
