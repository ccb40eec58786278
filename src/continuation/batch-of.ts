/** A batch that is written by hand, where `workBatch` is not what does the work. Pure. */
import { type Batch, noCounts } from './checkpoint.js';
import { type Cursor, encodeCursor } from './cursor.js';

type BatchParts = Partial<Omit<Batch, 'type' | 'cursor' | 'cursorType' | 'kind'>> & Pick<Batch, 'kind'>;

/**
 * A batch's report with its cursor encoded: of the cursor's type, as the step is.
 *
 * @param cursor where the batch ended; null: still nothing done
 * @throws InvalidCursorError, CursorTooLargeError
 */
export function batchOf<C extends Cursor>(cursor: C | null, parts: BatchParts): Batch<C> {
  return {
    type: 'leftoff.batch',
    reason: null,
    counts: noCounts,
    total: null,
    attempt: 1,
    ...parts,
    cursor: cursor === null ? null : encodeCursor(cursor),
  };
}
