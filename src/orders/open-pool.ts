/**
 * A pool of connections to the orders' database.
 *
 * P1  A server that goes away never crashes the process: an idle connection's error is told to `onIdleError` (ignored
 *     without one), the connection is dropped, and the next statement opens another. Nor does one that ends a connection in the very
 *     moment it is given out, before whoever asked for it could listen.
 * P2  A server that doesn't let us in is an error within seconds, not a wait without end; one that doesn't answer a
 *     statement is an error after `statementLimitMs`.
 */
import { Pool } from 'pg';

export type PoolOptions = {
  /** Most connections at once. */
  readonly max?: number;
  /** Told when the server closed a connection that nobody was using. */
  readonly onIdleError?: (error: Error) => void;
  /** By which the server's list of connections tells it from others; default: leftoff. */
  readonly name?: string;
  /** The longest that a statement may take, in milliseconds; without one it may take for ever. */
  readonly statementLimitMs?: number;
  /** Whether a statement may be sent before the one before it is answered, which COPY can't do (docs/library.md). Default: no. */
  readonly pipeline?: boolean;
};

/** Long enough for a server that is just starting, short enough for a person who waits. */
const connectionTimeoutMs = 5_000;

/** Opens lazily: no connection is made before the first statement. End it with `pool.end()`. */
export function openPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: options.name ?? 'leftoff',
    max: options.max ?? 10,
    connectionTimeoutMillis: connectionTimeoutMs,
    // The client's own clock: a server that is frozen, or a line that is cut, keeps to none of its own.
    ...(options.statementLimitMs === undefined ? {} : { query_timeout: options.statementLimitMs }),
    ...(options.pipeline === undefined ? {} : { pipeline: options.pipeline }),
    keepAlive: true,
    // The system's own default is hours.
    keepAliveInitialDelayMillis: 10_000,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // pg hands it over in a promise: the server's last words may come in the same packet, and be heard by nobody.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
