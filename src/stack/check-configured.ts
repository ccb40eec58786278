import { UserError } from '../user-error.js';
import type { PartName, TemporalAddress } from './addresses.js';
import type { Environment } from './environment.js';
import { configuredTemporal } from './temporal/configured-temporal.js';
import { withoutPassword } from './without-password.js';

/** The variable that names a part. */
export const configuredBy: Readonly<Record<PartName, string>> = {
  temporal: 'TEMPORAL_ADDRESS',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
};

/**
 * Asks a part that the environment names a real question. Resolves to its address without passwords, or to null where the
 * environment names none; rejects where it doesn't answer. Clients are loaded only for what is asked.
 */
export async function checkConfigured(part: PartName, environment: Environment): Promise<string | null> {
  switch (part) {
    case 'temporal': {
      const configured = configuredTemporal(environment);
      if (!configured) return null;
      const { connectTemporal } = await import('./connect-temporal.js');
      const client = await connectTemporal({ temporal: configured.address }, { environment });
      try {
        const { namespace } = configured.address;
        await client.connection
          .withDeadline(Date.now() + 5_000, () => client.workflowService.describeNamespace({ namespace }))
          .catch((error: unknown) => {
            throw namespaceIsMissing(error) ? noNamespace(configured.address, error) : error;
          });
        return `${configured.address.address}, namespace ${namespace}`;
      } finally {
        await client.connection.close();
      }
    }
    case 'postgres': {
      if (environment.databaseUrl === undefined) return null;
      const { checkPostgres } = await import('./postgres/check-postgres.js');
      const answer = await checkPostgres(environment.databaseUrl);
      if (answer !== 'answers') throw noDatabase(environment.databaseUrl);
      return withoutPassword(environment.databaseUrl);
    }
    case 'redis': {
      if (environment.redisUrl === undefined) return null;
      const { Redis } = await import('ioredis');
      const redis = new Redis(environment.redisUrl, {
        lazyConnect: true,
        connectTimeout: 2_000,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      // The rejection only says that the connection is closed; this says why.
      let reason: Error | undefined;
      redis.on('error', (error) => {
        reason = error;
      });
      try {
        await redis.connect();
        await redis.ping();
        return withoutPassword(environment.redisUrl);
      } catch (error) {
        throw reason ?? error;
      } finally {
        redis.disconnect();
      }
    }
  }
}

function namespaceIsMissing(error: unknown): boolean {
  // gRPC: 5 is NOT_FOUND.
  return error instanceof Error && 'code' in error && error.code === 5;
}

function noNamespace({ address, namespace }: TemporalAddress, cause: unknown): UserError {
  return new UserError(
    `Temporal at ${address} has no namespace '${namespace}'.`,
    `Correct TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace ${namespace} --address ${address}`,
    'failed',
    { cause },
  );
}

function noDatabase(address: string): UserError {
  const { host, pathname } = new URL(address);
  const name = decodeURIComponent(pathname.slice(1));
  return new UserError(
    `PostgreSQL at ${host} has no database '${name}'.`,
    `Correct DATABASE_URL, or make it: CREATE DATABASE "${name}"`,
  );
}
