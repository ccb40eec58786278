/**
 * Connects to Temporal: the environment's, with its TLS and API key, or the local one.
 *
 * A server that doesn't answer within the limit is a UserError that names the address and what to do.
 */
import { Client, Connection } from '@temporalio/client';
import type { StackAddresses } from './addresses.js';
import { type Environment, readEnvironment } from './environment.js';
import { connectionOptions, notAnswering } from './temporal/connection-options.js';

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
