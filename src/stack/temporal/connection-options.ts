/** How this Temporal is reached, for the client and for the worker alike; apart from both, for each takes long to load. */
import { UserError } from '../../user-error.js';
import type { StackAddresses } from '../addresses.js';
import type { Environment } from '../environment.js';
import { configuredTemporal } from './configured-temporal.js';

/** What either kind of connection needs to reach this Temporal. */
export function connectionOptions(temporal: StackAddresses['temporal'], environment: Environment) {
  const configured = temporal.source === 'environment' ? configuredTemporal(environment) : null;
  return configured?.connectionOptions ?? { address: temporal.address };
}

/** The same words for the client and for the worker. */
export function notAnswering(temporal: StackAddresses['temporal'], cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    `Temporal at ${temporal.address} cannot be reached: ${reason}`,
    temporal.source === 'local'
      ? 'npx leftoff up'
      : 'Check TEMPORAL_ADDRESS and the other TEMPORAL_* settings.',
    'failed',
    { cause },
  );
}
