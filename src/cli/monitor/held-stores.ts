/**
 * The stores that runs keep checkpoints in, held open from reading to reading and followed to where they are now.
 *
 * A store that doesn't answer soon is away: what Temporal knows is shown all the same.
 */
import type { Pool } from 'pg';
import { type CheckpointStores, checkpointStores } from '../../activities/checkpoint-stores.js';
import type { CheckpointStore } from '../../continuation/iteration/index.js';
import { withinLimit } from '../../continuation/iteration/stores/within-limit.js';
import { openPool } from '../../orders/open-pool.js';
import type { StackParts } from '../../stack/find-stack.js';
import { awayStore } from '../run-stores.js';

const answerLimitMs = 1_500;

export interface HeldStores {
  /** @param name as a run's memo has it; `heartbeat` is no store of its own */
  named(name: string, parts: StackParts): readonly CheckpointStore[];
  close(): void;
}

export function heldStores(): HeldStores {
  let held: {
    readonly urls: string;
    readonly pool: Pool;
    readonly stores: CheckpointStores;
  } | null = null;
  const close = (): void => {
    held?.stores.close();
    held?.pool.end().catch(() => undefined);
    held = null;
  };
  return {
    close,
    named(name, { postgres, redis }) {
      if (name === 'heartbeat') return [];
      if (postgres === null || (name === 'redis' && redis === null)) return [awayStore(name)];
      const urls = `${postgres.url} ${redis?.url}`;
      if (held?.urls !== urls) close();
      if (held === null) {
        const pool = openPool(postgres.url, { max: 1, statementLimitMs: answerLimitMs });
        held = { urls, pool, stores: checkpointStores(pool, redis?.url ?? null) };
      }
      return held.stores.all.filter((store) => store.name === name).map(boundedStore);
    },
  };
}

function boundedStore(store: CheckpointStore): CheckpointStore {
  const tooLate = () => new Error(`${store.name} does not answer`);
  return { ...store, read: (workflowId) => withinLimit(store.read(workflowId), answerLimitMs, tooLate) };
}
