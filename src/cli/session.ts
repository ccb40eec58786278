/**
 * What a command works with: the stack's addresses, and connections opened when first used and closed at the end.
 *
 * Modules are imported with the connection: a command that only asks Postgres doesn't load the Temporal client (200 ms).
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { PoolOptions } from '../orders/open-pool.js';
import { type StackAddresses, StackDown } from '../stack/addresses.js';
import { readEnvironment } from '../stack/environment.js';
import { findParts, findStack } from '../stack/find-stack.js';

export interface Session {
  readonly addresses: StackAddresses;
  /** `.leftoff`: notes, logs, faults of this checkout. */
  readonly home: string;
  /** The orders' database, its schema up to date. */
  orders(): Promise<Pool>;
  temporal(): Promise<Client>;
}

/** Runs a command's work over a stack that is up; its statements take as long as they take unless a limit is given. @throws StackDown where it isn't */
export async function withStack<T>(
  work: (session: Session) => Promise<T>,
  limits: Pick<PoolOptions, 'statementLimitMs'> = {},
): Promise<T> {
  const addresses = await findStack();
  let pool: Promise<Pool> | undefined;
  let client: Promise<Client> | undefined;
  try {
    return await work({
      addresses,
      home: readEnvironment().home,
      orders: () => {
        pool ??= openOrders(addresses.postgres.url, limits);
        return pool;
      },
      temporal: () => {
        client ??= import('../stack/connect-temporal.js').then((module) => module.connectTemporal(addresses));
        return client;
      },
    });
  } finally {
    await Promise.allSettled([
      pool?.then((opened) => opened.end()),
      client?.then(({ connection }) => connection.close()),
    ]);
  }
}

/** For what asks Temporal alone: it answers with the database down as well. @throws StackDown where Temporal isn't up */
export async function withTemporal<T>(
  work: (session: { readonly client: Client; readonly home: string }) => Promise<T>,
): Promise<T> {
  const { temporal } = await findParts();
  if (temporal === null) throw new StackDown(['temporal']);
  const { connectTemporal } = await import('../stack/connect-temporal.js');
  const client = await connectTemporal({ temporal });
  try {
    return await work({ client, home: readEnvironment().home });
  } finally {
    await client.connection.close();
  }
}

/** For what asks the orders alone: it answers with Temporal down as well. @throws StackDown where Postgres isn't up */
export async function withOrders<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
  const { postgres } = await findParts();
  if (postgres === null) throw new StackDown(['postgres']);
  const pool = await openOrders(postgres.url);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

async function openOrders(url: string, limits: PoolOptions = {}): Promise<Pool> {
  const [{ migrate }, { openPool }] = await Promise.all([
    import('../orders/migrate.js'),
    import('../orders/open-pool.js'),
  ]);
  await migrate(url);
  return openPool(url, limits);
}
