/**
 * Reads what stores keep of a run, and takes it in where it is newer than what history has.
 *
 * G1  A store that is away hides nothing else: what it would have said is named as missing.
 * G2  Only this run's own: another run under the same Workflow Id has another chain.
 * G3  An enumerator's stored checkpoint stands for itself; a step's is of its batch under way, on top of history.
 */
import type { z } from 'zod';
import { addCounts, type Checkpoint } from '../checkpoint.js';
import { batchMarkSchema, checkpointSchema } from '../checkpoint-schema.js';
import { sameCursor } from '../cursor.js';
import type { CheckpointStore } from '../iteration/stores/checkpoint-store.js';
import { type Standing, take } from './fold-progress.js';

export interface FoundInStore {
  readonly store: string;
  /** Of which run under its Workflow Id; null where it was found with the run itself. */
  readonly chain: string | null;
  /** The Activity or the step. */
  readonly name: string;
  readonly checkpoint: Checkpoint;
  readonly at: Date | null;
}

export interface StoredWork {
  readonly found: readonly FoundInStore[];
  /** Stores that did not answer. */
  readonly away: readonly string[];
}

export async function readStoredWork(
  stores: readonly CheckpointStore[],
  workflowId: string,
): Promise<StoredWork> {
  const found: FoundInStore[] = [];
  const away: string[] = [];
  for (const store of stores) {
    try {
      for (const { key, checkpoint, at } of await store.read(workflowId)) {
        const parsed = checkpointSchema.safeParse(checkpoint);
        if (!parsed.success) continue;
        const { chain, name } = key;
        found.push({ store: store.name, chain, name, checkpoint: parsed.data, at });
      }
    } catch {
      away.push(store.name);
    }
  }
  return { found, away };
}

type BatchMark = z.infer<typeof batchMarkSchema>;

/** Takes in what a store keeps, where that is newer: an enumerator's by sequence, a step's batch by generation, never by clock. */
export function withStored(
  standing: Standing,
  { store, checkpoint, at }: FoundInStore,
  runId: string,
): Standing {
  const mark = batchMarkSchema.safeParse(checkpoint.selection);
  const next = mark.success
    ? withBatchUnderWay(standing, checkpoint, mark.data)
    : checkpoint.sequence > standing.sequence
      ? take(standing, checkpoint)
      : standing;
  if (next === standing) return standing;
  const { cursor, counts, total } = next;
  return { ...next, latest: { source: store, cursor, counts, total, at, runId, eventId: null } };
}

function withBatchUnderWay(standing: Standing, { cursor, counts }: Checkpoint, mark: BatchMark): Standing {
  if (cursor === null || sameCursor(cursor, mark.after) || !isUnderWay(standing, mark)) return standing;
  // Its generation is told now: whatever else keeps the same batch adds nothing.
  const generation = generationOf(mark);
  return { ...standing, cursor, counts: addCounts(standing.counts, counts), generation };
}

/** Whether history has no end of the batch: by its generation, or by its start where a release before wrote history. */
function isUnderWay({ generation, cursor }: Standing, mark: BatchMark): boolean {
  return generation === null ? sameCursor(mark.after, cursor) : generationOf(mark) > generation;
}

/** The batch's own: a run that follows a lost one counts from where that one's batches may be, which may be long reported. */
function generationOf({ batch, generation }: BatchMark): number {
  return batch ?? generation;
}
