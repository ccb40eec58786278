/** Builders for the stores' tests: keys, checkpoints, and attempts that open a store under an epoch. */

import { randomUUID } from 'node:crypto';
import { type Checkpoint, firstCheckpoint } from '../../../../src/continuation/checkpoint.js';
import type { Cadence } from '../../../../src/continuation/iteration/cadence.js';
import type {
  CheckpointKey,
  CheckpointStore,
  Epoch,
  StoreSession,
  Transaction,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';

/** Of a run that no other test knows. */
export function aKey(parts: Partial<CheckpointKey> = {}): CheckpointKey {
  return { workflowId: `run-${randomUUID()}`, chain: randomUUID(), name: 'processOrders', ...parts };
}

/** The checkpoint after item `item`, which is also its sequence. */
export function checkpointAt(item: number, parts: Partial<Checkpoint> = {}): Checkpoint {
  return { ...firstCheckpoint, cursor: item, sequence: item, ...parts };
}

export function epochOf(generation: number, attempt: number): Epoch {
  return { generation, attempt };
}

/** What a session told its run. */
export interface Told {
  readonly message: string;
  readonly facts: Record<string, unknown>;
}

/** Opens a store for an attempt; `every` 1 unless said otherwise. */
export function open<T extends Transaction | null>(
  store: CheckpointStore<T>,
  { key, epoch = epochOf(1, 1), every = 1, cadence, told = [] }: OpenParts,
): Promise<StoreSession<T>> {
  return store.open({
    ...{ key, epoch, every, warn: (message, facts) => told.push({ message, facts }) },
    ...(cadence === undefined ? {} : { cadence }),
  });
}

export interface OpenParts {
  readonly key: CheckpointKey;
  readonly epoch?: Epoch;
  readonly every?: number;
  readonly cadence?: Cadence;
  readonly told?: Told[];
}

/** Does an item that needs no work, so that its checkpoint is what matters. */
export function keep(
  session: StoreSession<never> | StoreSession,
  checkpoint: Checkpoint,
  size?: number,
): Promise<void> {
  return session.item(
    async () => undefined,
    () => checkpoint,
    size,
  );
}
