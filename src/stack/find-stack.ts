/**
 * Where the stack is now: the environment's servers, else the local ones that run.
 *
 * Q1  Answers from the environment, the records and one `ps` (well under 300 ms); servers of the environment are not asked.
 * Q2  Temporal or Postgres not running is StackDown, which names them and `up`; no Redis is null.
 */
import {
  type PartName,
  type StackAddresses,
  StackDown,
  type TemporalAddress,
  type UrlAddress,
} from './addresses.js';
import { type Environment, readEnvironment } from './environment.js';
import { findRunningServers } from './processes/find-running-servers.js';
import type { ServerRecord } from './processes/server-record.js';
import { configuredTemporal } from './temporal/configured-temporal.js';
import { localNamespace, temporalUi } from './temporal/local-address.js';

/** What is there of a stack; null for a part that isn't. */
export type StackParts = { readonly [Part in keyof StackAddresses]: StackAddresses[Part] | null };

/** The addresses of a stack that is up. */
export async function findStack(options: { environment?: Environment } = {}): Promise<StackAddresses> {
  const { temporal, postgres, redis } = await findParts(options);
  if (temporal && postgres) return { temporal, postgres, redis };
  const missing: PartName[] = [];
  if (!temporal) missing.push('temporal');
  if (!postgres) missing.push('postgres');
  throw new StackDown(missing);
}

/** As `findStack`, for who can do with a part of it. */
export async function findParts(options: { environment?: Environment } = {}): Promise<StackParts> {
  const { environment = readEnvironment() } = options;
  const running = await findRunningServers(environment.home);
  return {
    temporal: configuredTemporal(environment)?.address ?? localTemporalAddress(running.temporal),
    postgres: urlAddress(environment.databaseUrl, running.postgres),
    redis: urlAddress(environment.redisUrl, running.redis),
  };
}

/** The local server's address as clients need it. */
function localTemporalAddress(record: ServerRecord | null): TemporalAddress | null {
  if (!record) return null;
  const ui = record.uiPort === null ? null : temporalUi(record.uiPort);
  return { address: record.address, namespace: localNamespace, ui, source: 'local' };
}

function urlAddress(given: string | undefined, record: ServerRecord | null): UrlAddress | null {
  if (given !== undefined) return { url: given, source: 'environment' };
  return record && { url: record.address, source: 'local' };
}
