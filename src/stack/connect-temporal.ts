/**
 * Connects to Temporal: the environment's, with its TLS and API key, or the local one.
 *
 * A server that doesn't answer within the limit is a UserError that names the address and what to do.
 */
import { Client, Connection } from '@temporalio/client';
import { UserError } from '../user-error.js';
import type { StackAddresses } from './addresses.js';
import { type Environment, readEnvironment } from './environment.js';
import { configuredTemporal } from './temporal/configured-temporal.js';

const connectLimitMs = 5_000;
/** gRPC's own waits grow to two minutes: whoever follows a run would long not see that the server is back. */
const reconnectSoon = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** A client for commands. Close it with `client.connection.close()`. */
export async function connectTemporal(
  { temporal }: Pick<StackAddresses, 'temporal'>,
  options: { environment?: Environment } = {},
): Promise<Client> {
  const { environment = readEnvironment() } = options;
  try {
    const connection = await Connection.connect({
      ...connectionOptions(temporal, environment),
      connectTimeout: connectLimitMs,
      channelArgs: reconnectSoon,
    });
    return new Client({ connection, namespace: temporal.namespace });
  } catch (error) {
    throw notAnswering(temporal, error);
  }
}

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
