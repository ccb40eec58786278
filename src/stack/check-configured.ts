import { UserError } from '../user-error.js';
import { type PartName, partLabels, type TemporalAddress } from './addresses.js';
import type { Environment } from './environment.js';
import { configuredTemporal } from './temporal/configured-temporal.js';
import { withoutPassword } from './without-password.js';

/** The variable that names a part. */
const configuredBy: Readonly<Record<PartName, string>> = {
  temporal: 'TEMPORAL_ADDRESS',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
};

/**
 * Asks a part that the environment names a real question. Resolves to its address without passwords, or to null where the
 * environment names none; rejects with a UserError where it doesn't answer, or refuses us. Clients are loaded only for what is asked.
 */
export async function checkConfigured(part: PartName, environment: Environment): Promise<string | null> {
  try {
    return await ask(part, environment);
  } catch (error) {
    throw error instanceof UserError ? error : notUsable(part, error);
  }
}

/** What is wrong with a part that the environment names: the server is away, or it doesn't want us. */
export function notUsable(part: PartName, cause: unknown): UserError {
  const variable = configuredBy[part];
  const who = `${partLabels[part]}, as ${variable} names it,`;
  const words = cause instanceof Error ? cause.message || cause.name : String(cause);
  return isRefusal(cause)
    ? new UserError(`${who} refuses us: ${words}`, `Correct user and password in ${variable}.`, 'failed', {
        cause,
      })
    : new UserError(
        `${who} does not answer: ${words}`,
        `Start it, or unset ${variable} to use a local one.`,
        'failed',
        { cause },
      );
}

/** PostgreSQL's states of class 28, and what its client says where it has no password to send; Redis' own words. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('28')) return true;
  return /^(SASL|WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/.test(error.message);
}

async function ask(part: PartName, environment: Environment): Promise<string | null> {
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
      const { checkConfiguredRedis } = await import('./redis/check-configured-redis.js');
      await checkConfiguredRedis(environment.redisUrl);
      return withoutPassword(environment.redisUrl);
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
