/**
 * Whether the Redis that REDIS_URL names answers, and has the database that it names.
 *
 * Answers within a few seconds, also where the other side accepts the connection and says nothing.
 */
import { Redis } from 'ioredis';
import { UserError } from '../../user-error.js';

const answerLimitMs = 2_000;

/** Rejects with the server's own words, or with what is wrong about the database. */
export async function checkConfiguredRedis(redisUrl: string): Promise<void> {
  const { server, database } = splitDatabase(redisUrl);
  const redis = new Redis(server, {
    lazyConnect: true,
    connectTimeout: answerLimitMs,
    commandTimeout: answerLimitMs,
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
    // The first is every connection's own; a user need not be allowed to select it.
    if (database !== 0) {
      await redis.select(database).catch((error: unknown) => {
        throw isForbidden(error) ? error : noDatabase(database, error);
      });
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const cause = reason ?? error;
    if (cause instanceof Error && cause.message === 'Command timed out')
      throw new Error(`it says nothing for ${answerLimitMs / 1000} s`, { cause });
    throw cause;
  } finally {
    redis.disconnect();
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOPERM');
}

function noDatabase(database: number, cause: unknown): UserError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    `Redis, as REDIS_URL names it, has no database ${database}: ${words}.`,
    'Correct the number at the end of REDIS_URL: most servers have 0 to 15, a cluster 0 alone.',
    'failed',
    { cause },
  );
}

/** Apart: ioredis selects it by itself while connecting, and ends the process where the server doesn't have it. */
function splitDatabase(redisUrl: string): { readonly server: string; readonly database: number } {
  const url = new URL(redisUrl);
  const named = url.searchParams.get('db') ?? url.pathname.slice(1);
  if (!/^\d*$/.test(named)) {
    throw new UserError(
      `REDIS_URL names the database '${named}', which is not a number.`,
      'Correct the end of REDIS_URL: redis://host:6379/0',
    );
  }
  url.pathname = '';
  url.searchParams.delete('db');
  return { server: url.href, database: Number(named) };
}
