/** Builders for the continuation's tests: batches and checkpoints as a test wants them. */
import { type Batch, type Checkpoint, noCounts } from '../../src/continuation/checkpoint.js';

/** A batch that moved; anything not named is one processed item, at the first attempt. */
export function aBatch(parts: Partial<Batch>): Batch {
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

/** A run's checkpoint; anything not named is as at the very beginning. */
export function aCheckpoint(parts: Partial<Checkpoint>): Checkpoint {
  return {
    cursor: null,
    sequence: 0,
    counts: noCounts,
    selection: null,
    total: null,
    checkpoints: 0,
    resumptions: [],
    resumptionCount: 0,
    error: null,
    ...parts,
  };
}

/** What arrives on the other side of Temporal. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
