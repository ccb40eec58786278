/**
 * The Temporal that the user's environment names: TEMPORAL_* variables or a temporal.toml profile (TLS, API keys, Cloud).
 *
 * Z1  Only an address makes it the user's; settings without one leave us with the local server.
 * Z2  A profile or a file that is named but not there, or a broken file, is the user's mistake and said as such.
 * Z3  A file without any profile is no mistake: it names nothing.
 * Z4  Nothing is quoted from a file: an API key may stand where the mistake is.
 */
import { existsSync } from 'node:fs';
import {
  type ClientConfigProfile,
  type ClientConnectConfig,
  loadClientConfig,
  loadClientConfigProfile,
  toClientOptions,
} from '@temporalio/envconfig';
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
  refuseMissingFile(environment);
  try {
    const profile = loadProfile(environment);
    if (!profile.address) return null;
    const { connectionOptions, namespace = 'default' } = toClientOptions(profile);
    return {
      address: { address: profile.address, namespace, ui: null, source: 'environment' },
      connectionOptions,
    };
  } catch (error) {
    const line = lineOfMistake(error);
    if (line !== null) throw notToml(environment, line);
    throw new UserError(
      `The Temporal settings of the environment cannot be used: ${reasonOf(error)}`,
      'Correct TEMPORAL_PROFILE, the other TEMPORAL_* variables or temporal.toml; unset them to use the local server.',
      'usage',
      error instanceof TypeError ? {} : { cause: error },
    );
  }
}

function loadProfile({ variables }: Environment): ClientConfigProfile {
  const name = variables.TEMPORAL_PROFILE;
  const options = { overrideEnvVars: { ...variables }, ...(name ? { profile: name } : {}) };
  try {
    return loadClientConfigProfile(options);
  } catch (error) {
    if (!(error instanceof TypeError) || !hasNoProfile(options)) throw error;
    if (name) throw new Error(`Profile '${name}' not found in config data`, { cause: error });
    return loadClientConfigProfile({ ...options, disableFile: true });
  }
}

/** The SDK stumbles over a file without any, an empty one for example, in either way of reading it; over other mistakes in one. */
function hasNoProfile(options: { readonly overrideEnvVars: Record<string, string> }): boolean {
  try {
    loadClientConfig(options);
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}

/** The SDK's own words, but where it stumbles over what a file holds: those may quote it, and help nobody. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'a profile of temporal.toml is not a table of settings.';
  return error instanceof Error ? error.message : String(error);
}

/** The SDK takes a file that isn't there for an empty one; one that the user named is meant. */
function refuseMissingFile({ variables }: Environment): void {
  const file = variables.TEMPORAL_CONFIG_FILE;
  if (!file || existsSync(file)) return;
  throw new UserError(
    `TEMPORAL_CONFIG_FILE names ${file}, which is not there.`,
    'Correct TEMPORAL_CONFIG_FILE, or unset it.',
  );
}

/** The line that the parser stumbled on; its message quotes it. */
function lineOfMistake(error: unknown): number | null {
  if (!(error instanceof Error) || !('codeblock' in error) || !('line' in error)) return null;
  return typeof error.line === 'number' ? error.line : null;
}

/** Without the parser's error as its cause, for the same reason. */
function notToml({ variables }: Environment, line: number): UserError {
  const file = variables.TEMPORAL_CONFIG_FILE || 'temporal.toml';
  return new UserError(`${file} is not valid TOML: line ${line}.`, `Correct that line of ${file}.`, 'usage');
}
