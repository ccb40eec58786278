/**
 * A store that fences, in memory: what an item does through `transaction.query` goes into `ledger` when its cursor is
 * committed, and not before. Tells each test what a real one can: an answer that is lost, keys in an order of its own.
 */
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import {
  type CheckpointKey,
  type CheckpointStore,
  type Epoch,
  FenceLostError,
  StoreOutageError,
  type Transaction,
} from '../../../src/continuation/iteration/index.js';

interface Row {
  epoch: Epoch;
  sequence: number;
  json: string | null;
}

export interface FenceOptions {
  /** Gives checkpoints back with their keys in another order, as jsonb does. */
  readonly reorder?: boolean;
  /** The commit, counted from 1, that is made but whose answer is lost. */
  readonly loseAnswerOfCommit?: number;
}

export interface Fence {
  readonly store: CheckpointStore<Transaction>;
  /** The statements that were committed, in order. */
  readonly ledger: readonly string[];
}

export function aFence({ reorder = false, loseAnswerOfCommit = 0 }: FenceOptions = {}): Fence {
  const rows = new Map<string, Row>();
  const ledger: string[] = [];
  let commits = 0;
  const store: CheckpointStore<Transaction> = {
    name: 'fence',
    keepsEachItem: true,
    fences: true,
    async open({ key, epoch }) {
      const row = rows.get(idOf(key)) ?? {
        epoch: { generation: 0, attempt: 0 },
        sequence: -1,
        json: null,
      };
      if (!isLater(epoch, row.epoch)) throw new FenceLostError(key, epoch, row.epoch);
      row.epoch = epoch;
      rows.set(idOf(key), row);
      let over: Error | null = null;
      const assertHolds = () => {
        if (over !== null) throw over;
        if (rows.get(idOf(key)) !== row || row.epoch !== epoch) throw new FenceLostError(key, epoch);
      };
      const keep = (checkpoint: Checkpoint) => {
        row.sequence = checkpoint.sequence;
        row.json = JSON.stringify(checkpoint);
      };
      const parsed: unknown = row.json === null ? null : JSON.parse(row.json);
      return {
        stored: reorder ? reordered(parsed) : parsed,
        async item(work, checkpointAfter) {
          if (over !== null) throw over;
          const effects: string[] = [];
          const result = await work({
            async query(statement) {
              effects.push(typeof statement === 'string' ? statement : statement.text);
              return { rows: [], rowCount: 1 };
            },
          });
          const checkpoint = checkpointAfter(result);
          assertHolds();
          if (checkpoint.sequence <= row.sequence)
            throw new Error(`The sequence ${checkpoint.sequence} is not after ${row.sequence}.`);
          ledger.push(...effects);
          keep(checkpoint);
          commits += 1;
          if (commits === loseAnswerOfCommit) {
            over = new StoreOutageError('commit in doubt');
            throw over;
          }
          return result;
        },
        async flush(checkpoint) {
          assertHolds();
          if (checkpoint.sequence >= row.sequence) keep(checkpoint);
        },
        async close() {},
      };
    },
    read: async () => [],
    async retire(key, epoch) {
      const row = rows.get(idOf(key)) ?? { epoch, sequence: -1, json: null };
      rows.set(idOf(key), row);
      if (!isLater(row.epoch, epoch)) Object.assign(row, { epoch, sequence: -1, json: null });
    },
    async clear({ workflowId, chain, name }) {
      for (const id of rows.keys()) {
        const [ofWorkflow, ofChain, ofName] = JSON.parse(id);
        if (ofWorkflow === workflowId && ofChain === chain && (name === undefined || name === ofName))
          rows.delete(id);
      }
    },
  };
  return { store, ledger };
}

function idOf({ workflowId, chain, name }: CheckpointKey): string {
  return JSON.stringify([workflowId, chain, name]);
}

function isLater(a: Epoch, b: Epoch): boolean {
  return a.generation > b.generation || (a.generation === b.generation && a.attempt > b.attempt);
}

/** As jsonb does it: shorter keys first. */
function reordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, reordered(inner)]));
}
