/** Builders for the continuation's tests: batches and checkpoints as a test wants them. */
import {
  type Batch,
  type BatchStart,
  type Checkpoint,
  firstCheckpoint,
} from '../../src/continuation/checkpoint.js';
import type { Cursor } from '../../src/continuation/cursor.js';

/** A batch that moved; anything not named is one processed item, at the first attempt. */
export function aBatch<C extends Cursor = Cursor>(parts: Partial<Batch<C>>): Batch<C> {
  return {
    type: 'leftoff.batch',
    kind: 'advanced',
    reason: parts.kind === 'interrupted' ? 'worker stopping' : null,
    cursor: null,
    counts: { processed: 1, failed: 0, revisited: 0 },
    total: null,
    attempt: 1,
    ...parts,
  };
}

/** Where a step starts its first batch, unless told otherwise. */
export function aBatchStart(parts: Partial<Omit<BatchStart, 'cursorType'>> = {}): BatchStart<number> {
  return { step: 'process', cursor: null, chain: 'first-execution', generation: 1, ...parts };
}

/** A run's checkpoint; anything not named is as at the very beginning. */
export function aCheckpoint(parts: Partial<Checkpoint>): Checkpoint {
  return { ...firstCheckpoint, ...parts };
}

/** What arrives on the other side of Temporal. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
