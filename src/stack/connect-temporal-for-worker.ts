/** The worker's connection, in a file of its own: its native library takes 290 ms to load, which no command should pay. */
import { NativeConnection } from '@temporalio/worker';
import type { StackAddresses } from './addresses.js';
import { type Environment, readEnvironment } from './environment.js';
import { connectionOptions, notAnswering } from './temporal/connection-options.js';

/** A connection for workers. The namespace is `addresses.temporal.namespace`; close it after the worker has stopped. */
export async function connectTemporalForWorker(
  { temporal }: Pick<StackAddresses, 'temporal'>,
  options: { environment?: Environment } = {},
): Promise<NativeConnection> {
  const { environment = readEnvironment() } = options;
  try {
    return await NativeConnection.connect(connectionOptions(temporal, environment));
  } catch (error) {
    throw notAnswering(temporal, error);
  }
}
