/**
 * Where a step's batch begins: at its step's cursor, or further on where history has no report of what was done. Pure, but for
 * a warning.
 *
 * S1  What a lost attempt left in a store, or a pause in the heartbeat, is taken up where it is later than all that reported.
 * S2  Under a fence the store is right, also where its database went back (`fenced-start.ts`); what a pause left counts only beside
 *     what the store has of this batch.
 */
import type { BatchStart, Checkpoint } from '../checkpoint.js';
import { firstCheckpoint } from '../checkpoint.js';
import { batchMarkSchema } from '../checkpoint-schema.js';
import { databaseWentBack, startBatchUnderFence, startUnderFence } from './fenced-start.js';
import { chooseStartingPoint } from './starting-point.js';
import type { CheckpointStore, Transaction } from './stores/checkpoint-store.js';

/** Whatever its cursor is of: it is compared and handed on as it is encoded. */
type From = Omit<BatchStart, 'cursorType'>;

interface Kept {
  readonly store: Pick<CheckpointStore<Transaction | null>, 'name' | 'fences'>;
  readonly stored: Checkpoint | null;
  readonly held: Checkpoint | null;
}

/** @throws CheckpointMissingError, as an ApplicationFailure */
export function startOfBatch(
  from: From,
  { store, stored, held }: Kept,
  warn: (message: string, facts: Record<string, unknown>) => void,
): Checkpoint {
  const here = { checkpoint: notReported(stored, from), name: store.name };
  const paused = notReported(held, from);
  // The sequence goes on, for the newer wins by it; the counts are the batch's own.
  const begun = { ...firstCheckpoint, sequence: stored?.sequence ?? 0, selection: batchMark(from) };
  if (store.fences !== true)
    return chooseStartingPoint(null, paused, here).checkpoint ?? { ...begun, cursor: from.cursor };
  const known = stored !== null && here.checkpoint === null ? null : paused;
  const { checkpoint } = startUnderFence(chooseStartingPoint(null, known), here);
  if (checkpoint !== null) return checkpoint;
  const { cursor, wentBack } = startBatchUnderFence(from, { checkpoint: stored, name: store.name });
  if (wentBack) warn(databaseWentBack, { cursor, reported: from.cursor });
  return { ...begun, cursor };
}

/** What marks a stored checkpoint: the generation from which on no batch had reported, its start, and which batch it is. */
function batchMark({ generation, since = generation, cursor: after }: From): Checkpoint['selection'] {
  return { generation: since, after, batch: generation };
}

/**
 * A checkpoint that history has no report of: a lost attempt's of this batch, or a later batch's of a run that was reset, or of one
 * that ended without a word. What history has counted already would be counted twice.
 */
function notReported(
  checkpoint: Checkpoint | null,
  { generation, since = generation }: From,
): Checkpoint | null {
  const mark = batchMarkSchema.safeParse(checkpoint?.selection);
  if (checkpoint === null || !mark.success || mark.data.generation < since) return null;
  // Taken up, it is this batch's own: whoever reads it back sees that history has no report of it.
  return { ...checkpoint, selection: { ...mark.data, batch: generation } };
}
