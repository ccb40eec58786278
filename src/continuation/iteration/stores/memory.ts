/**
 * The store in memory: for tests, and the shortest there is of what a store has to do.
 *
 * M1  Keeps what every other store promises (checkpoint-store.ts), for one process, until that ends.
 * M2  A checkpoint is kept as its JSON text: what comes back is what would come back from a server.
 * M3  Each item's checkpoint is kept, whatever `every` says.
 */
import type { Checkpoint } from '../../checkpoint.js';
import {
  type CheckpointKey,
  type CheckpointStore,
  type Epoch,
  FenceLostError,
  type StoreSession,
} from './checkpoint-store.js';
import { isLater } from './epochs.js';

interface Kept {
  readonly key: CheckpointKey;
  epoch: Epoch;
  sequence: number;
  /** Null: claimed, and nothing kept yet. */
  json: string | null;
  at: Date | null;
}

/** A store for tests. Two of them share nothing. */
export function memoryStore(): CheckpointStore<null> {
  const all = new Map<string, Kept>();
  return {
    name: 'memory',
    keepsEachItem: true,
    open: async ({ key, epoch, hears }) => {
      const id = idOf(key);
      const before = all.get(id);
      if (before !== undefined && !isLater(epoch, before.epoch))
        throw new FenceLostError(key, epoch, before.epoch);
      const kept = before ?? { key: { ...key }, epoch, sequence: -1, json: null, at: null };
      kept.epoch = epoch;
      all.set(id, kept);
      return openSession(epoch, kept, {
        holds: () => all.get(id) === kept && kept.epoch === epoch,
        onKept: () => hears?.kept(0),
      });
    },
    read: async (workflowId) =>
      [...all.values()]
        .filter(({ key, json }) => key.workflowId === workflowId && json !== null)
        .map(({ key, epoch, json, at }) => ({ key, epoch, checkpoint: parse(json), at })),
    retire: async (key, epoch) => {
      const before = all.get(idOf(key));
      if (before !== undefined && isLater(before.epoch, epoch)) return;
      all.set(idOf(key), { key: { ...key }, epoch, sequence: -1, json: null, at: null });
    },
    clear: async (run) => {
      for (const [id, { key }] of all) {
        const ofRun = key.workflowId === run.workflowId && key.chain === run.chain;
        if (ofRun && (run.name === undefined || key.name === run.name)) all.delete(id);
      }
    },
  };
}

function idOf({ workflowId, chain, name }: CheckpointKey): string {
  return JSON.stringify([workflowId, chain, name]);
}

function openSession(
  epoch: Epoch,
  kept: Kept,
  { holds, onKept }: { readonly holds: () => boolean; readonly onKept: () => void },
): StoreSession<null> {
  const keep = (checkpoint: Checkpoint): void => {
    if (!holds()) throw new FenceLostError(kept.key, epoch);
    if (checkpoint.sequence < kept.sequence) return;
    Object.assign(kept, {
      sequence: checkpoint.sequence,
      json: JSON.stringify(checkpoint),
      at: new Date(),
    });
    onKept();
  };
  return {
    stored: parse(kept.json),
    item: async (work, checkpointAfter) => {
      if (!holds()) throw new FenceLostError(kept.key, epoch);
      const result = await work(null);
      keep(checkpointAfter(result));
      return result;
    },
    flush: async (checkpoint) => keep(checkpoint),
    close: async () => undefined,
  };
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
