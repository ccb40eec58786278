/** The stores that a run may choose from, over what this worker is connected to. */
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import {
  type CheckpointStore,
  heartbeatStore,
  postgresStore,
  redisStore,
  type Transaction,
} from '../continuation/iteration/index.js';
import type { StoreName } from '../workflows/job-settings.js';

export interface CheckpointStores {
  /** The store of this name. Without a Redis at hand its runs go on with what the heartbeat keeps. */
  named(name: StoreName | undefined): CheckpointStore<Transaction | null>;
  /** All that are at hand, for reading back. */
  readonly all: readonly CheckpointStore[];
  close(): void;
}

/** @param redisUrl null where there is no Redis */
export function checkpointStores(pool: Pool, redisUrl: string | null): CheckpointStores {
  const postgres = postgresStore({ pool, prepared: true });
  const client = redisUrl === null ? null : connectWhenUsed(redisUrl);
  const redis = client === null ? null : redisStore({ client });
  return {
    named(name = 'heartbeat') {
      switch (name) {
        case 'heartbeat':
          return heartbeatStore;
        case 'redis':
          return redis ?? heartbeatStore;
        case 'postgres':
          return postgres;
      }
    },
    all: redis === null ? [postgres] : [postgres, redis],
    close: () => client?.disconnect(),
  };
}

/** The store bounds each command itself; what this client says of a lost connection is said there. */
function connectWhenUsed(url: string): Redis {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 2_000 });
  client.on('error', () => undefined);
  return client;
}
