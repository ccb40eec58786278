/**
 * What a step's batch changes of a run: one rule, for the ledger that counts while the run goes and for whoever reads
 * its history back. Pure.
 *
 * A1  A batch is a resumption if the one before it was interrupted, or an earlier attempt of its own was lost. What was paused is
 *     unpaused, and no resumption: nothing was lost, and nothing went on by itself.
 *     It resumed after what it was given, or further on, where it says that a lost attempt had left that in a store.
 * A2  It is a checkpoint if it moved the cursor or was interrupted: one that found nothing to do is none.
 * A3  Moved means: ends at another cursor than the one that it was given.
 * A4  It is fruitless if it neither moved, nor finished, nor asks to wait, nor was stopped from outside: the next one would be the
 *     same again.
 */
import type { Batch, RunTally } from './checkpoint.js';
import { addCounts, tallyResumption } from './checkpoint.js';
import { type JsonValue, sameCursor } from './cursor.js';

/** Where a step stands between two batches. */
export interface BatchStanding extends RunTally {
  /** The next batch resumes strictly after this; null: from the beginning. */
  readonly cursor: JsonValue;
  /** The last batch was interrupted: the next one is a resumption. */
  readonly interrupted: boolean;
}

export interface AppliedBatch<S extends BatchStanding> {
  readonly standing: S;
  readonly resumed: boolean;
  readonly checkpoint: boolean;
  readonly moved: boolean;
  readonly fruitless: boolean;
}

/** Takes a batch's report in: counts, cursor, resumption. What else the standing carries stays as it is. */
export function applyBatch<S extends BatchStanding>(standing: S, batch: Batch): AppliedBatch<S> {
  // Releases before did not say which cursor a batch was given.
  const given = batch.after === undefined ? standing.cursor : batch.after;
  const interrupted = batch.kind === 'interrupted';
  const isStopped = batch.reason === 'cancelled';
  const resumed = standing.interrupted || batch.attempt > 1;
  const moved = batch.cursor !== null && !sameCursor(batch.cursor, given);
  const checkpoint = batch.cursor !== null && (interrupted || moved);
  const picked = resumed ? tallyResumption(standing, resumptionBy(batch, given)) : standing;
  return {
    standing: {
      ...picked,
      cursor: checkpoint ? batch.cursor : standing.cursor,
      counts: addCounts(standing.counts, batch.counts),
      total: batch.total ?? standing.total,
      checkpoints: standing.checkpoints + (checkpoint ? 1 : 0),
      interrupted: interrupted && !isStopped,
    },
    resumed,
    checkpoint,
    moved,
    fruitless:
      !moved && !isStopped && batch.kind !== 'finished' && (interrupted || (batch.waitMs ?? 0) === 0),
  };
}

function resumptionBy({ attempt, counts, resumed }: Batch, given: JsonValue) {
  const from = resumed ?? { after: given, source: given === null ? 'start' : 'history' };
  return { resumedAfter: from.after, source: from.source, attempt, revisited: counts.revisited };
}
