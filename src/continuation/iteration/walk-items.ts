/**
 * The loop itself: visit an item, advance the cursor, ask whether to stop. No Temporal, no clock.
 *
 * V1  The cursor advances only after the visit succeeded; a failed item is where the next attempt starts.
 * V2  The question to stop comes after each item, so each execution does at least one.
 * V3  A stop between two items loses nothing: the cursor is exact.
 */
import type { Counts, InterruptionReason } from '../checkpoint.js';
import type { Cursor } from '../cursor.js';
import type { Enumerator } from './enumerators/enumerator.js';

export interface Walk<Item, C extends Cursor> {
  readonly enumerator: Enumerator<Item, C>;
  /** Does the item's work and counts what came of it. */
  readonly visit: (item: Item) => Promise<Counts>;
  /** The cursor is past the item now. */
  readonly advanced: (cursor: C, counts: Counts) => void;
  /** Why to stop here, or null to go on. */
  readonly reasonToStop: () => WalkStop | null;
}

/** `batch full` is the step pattern's own: the batch has as many items as one checkpoint covers. */
export type WalkStop = InterruptionReason | 'batch full';

/** Walks until the enumerator ends (null) or there is a reason to stop. @throws what a visit throws */
export async function walkItems<Item, C extends Cursor>(walk: Walk<Item, C>): Promise<WalkStop | null> {
  for await (const { item, cursor } of walk.enumerator) {
    const counts = await walk.visit(item);
    walk.advanced(cursor, counts);
    const reason = walk.reasonToStop();
    if (reason !== null) return reason;
  }
  return null;
}
