/**
 * The step pattern's Activity: one batch, up to the next checkpoint. Its result *is* the checkpoint, in history.
 *
 * B1  Starts strictly after the cursor that it is given: a lost attempt's batch is met again from there.
 * B2  On a graceful stop it returns the partial cursor: nothing is met again.
 * B3  An error after progress returns that progress; the next batch starts at the failed item and meets the error there.
 * B4  Its heartbeat only says that it is alive, and counts errors; never a cursor, for that is the Workflow's.
 */
import type { Batch, Counts } from '../checkpoint.js';
import { addCounts, noCounts } from '../checkpoint.js';
import { type Cursor, freezeCursor } from '../cursor.js';
import { type ActivityAttempt, currentAttempt, isStopItself } from './activity-attempt.js';
import type { Enumerator } from './enumerators/enumerator.js';
import type { IterationContext } from './iteration.js';
import { Liveness } from './liveness.js';
import { type ErrorRule, errorMessage } from './same-error-limit.js';
import { walkItems } from './walk-items.js';

export interface BatchWork<Item, C extends Cursor> extends ErrorRule {
  /** Items strictly after the cursor. */
  readonly enumerator: Enumerator<Item, C>;
  /** The cursor that the enumerator starts after. */
  readonly cursor: C | null;
  readonly visit: (item: Item, context: IterationContext<C>) => Promise<Counts>;
  /** Items that one checkpoint covers. */
  readonly checkpointEvery: number;
  readonly total: number | null;
}

/** Works one batch off inside the calling Activity. */
export function workBatch<Item, C extends Cursor>(work: BatchWork<Item, C>): Promise<Batch<C>> {
  return runBatch(work, currentAttempt());
}

async function runBatch<Item, C extends Cursor>(
  work: BatchWork<Item, C>,
  attempt: ActivityAttempt,
): Promise<Batch<C>> {
  let counts = noCounts;
  let { cursor } = work;
  const liveness = new Liveness(attempt);
  const report = <K extends Batch['kind']>(kind: K) => ({
    type: 'leftoff.batch' as const,
    kind,
    cursor,
    counts,
    total: work.total,
    attempt: attempt.attempt,
  });
  try {
    const stopped = await walkItems<Item, C>({
      enumerator: work.enumerator,
      visit: (item) => work.visit(item, { stopping: attempt.stopping, checkpoint: work.cursor }),
      advanced: (after, ofItem) => {
        cursor = freezeCursor(after);
        counts = addCounts(counts, ofItem);
        liveness.progressed();
      },
      reasonToStop: () =>
        attempt.interruption() ??
        (counts.processed + counts.failed >= work.checkpointEvery ? 'batch full' : null),
    });
    if (stopped === null) return { ...report('finished'), reason: null };
    return stopped === 'batch full'
      ? { ...report('advanced'), reason: null }
      : { ...report('interrupted'), reason: stopped };
  } catch (thrown) {
    const reason = attempt.interruption();
    if (reason !== null && isStopItself(thrown, attempt)) return { ...report('interrupted'), reason };
    if (counts.processed + counts.failed > 0) {
      attempt.warn('An error after progress: the batch ends here, the next one starts at the failed item', {
        message: errorMessage(thrown),
      });
      return { ...report('advanced'), reason: null };
    }
    throw liveness.failed(thrown, work, { cursor: work.cursor });
  } finally {
    liveness.close();
  }
}
