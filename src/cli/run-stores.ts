/**
 * The store that a run keeps its checkpoints in besides history and heartbeat, opened for reading it back.
 *
 * S1  Only the one that the run's memo names: a run without one costs no connection, and loads no driver.
 * S2  A part that is not running is a store that is away: what the others know is shown all the same.
 */
import type { Client } from '@temporalio/client';
import type { CheckpointStore } from '../continuation/iteration/index.js';
import { findParts } from '../stack/find-stack.js';
import { readMemo } from './run-memo.js';

/** Runs `read` with the run's stores. @throws WorkflowNotFoundError for a run that isn't there */
export async function withRunStores<T>(
  client: Client,
  workflowId: string,
  read: (stores: readonly CheckpointStore[]) => Promise<T>,
): Promise<T> {
  const { memo } = await client.workflow.getHandle(workflowId).describe();
  const { store } = readMemo(memo);
  if (store === 'heartbeat') return read([]);
  const { postgres, redis } = await findParts();
  if (postgres === null || (store === 'redis' && redis === null)) return read([awayStore(store)]);
  const [{ checkpointStores }, { openPool }] = await Promise.all([
    import('../activities/checkpoint-stores.js'),
    import('../orders/open-pool.js'),
  ]);
  const pool = openPool(postgres.url, { max: 1, statementLimitMs: readLimitMs });
  const stores = checkpointStores(pool, redis?.url ?? null);
  try {
    return await read(stores.all.filter(({ name }) => name === store));
  } finally {
    stores.close();
    await pool.end();
  }
}

/** Whoever asks is waiting for an answer. */
const readLimitMs = 2_000;

/** Stands for a store whose part is not running. */
export function awayStore(name: string): CheckpointStore {
  const away = async (): Promise<never> => {
    throw new Error(`${name} is not running.`);
  };
  return { name, open: away, read: away, retire: away, clear: away };
}
