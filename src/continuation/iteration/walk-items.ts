/**
 * The loop itself: an item, its work, then the question whether to stop. No Temporal, no clock.
 *
 * V1  An item's work decides by itself when its cursor is past it; a failed item is where the next attempt starts.
 * V2  The question to stop comes after each item, so each execution does at least one (unless it is not to have any now).
 * V3  A stop between two items loses nothing: the cursor is exact.
 * V4  Asked to stop at an item that is known to be the last, the walk is at its end and not interrupted.
 * V5  At its limit of items it looks whether there is one more, before it says that it left any.
 */
import type { InterruptionReason } from '../checkpoint.js';
import type { Cursor } from '../cursor.js';
import type { Enumerator } from './enumerators/enumerator.js';
import { type Abort, wholeWait } from './item-result.js';

export interface Walk<Item, C extends Cursor> {
  readonly enumerator: Enumerator<Item, C>;
  /** Starts strictly after this. */
  readonly from: C | null;
  /** Does the item's work; null, or how it ends the walk. */
  readonly work: (entry: {
    readonly item: Item;
    readonly cursor: C;
    readonly size: number;
  }) => Promise<Abort | null>;
  /** Why to stop here, or null to go on. */
  readonly reasonToStop: () => WalkStop | null;
  /** Whether the limit of items was reached before: then it only looks whether there is one more (V5). */
  readonly limitReached?: boolean;
  /** How many items may be left of it, where that is known: the enumerator needn't read further ahead. */
  readonly atMost?: number;
}

/** `batch full` is the step pattern's own: the batch has as many items as one checkpoint covers. */
export type WalkStop = InterruptionReason | 'batch full' | 'item limit';

export type WalkEnd =
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'stopped'; readonly reason: WalkStop }
  | { readonly kind: 'not now'; readonly waitMs: number }
  | { readonly kind: 'aborted'; readonly abort: Abort };

/** Walks until the enumerator ends or there is a reason to stop. @throws what an item's work throws */
export async function walkItems<Item, C extends Cursor>(walk: Walk<Item, C>): Promise<WalkEnd> {
  let { limitReached = false } = walk;
  const { atMost = Number.POSITIVE_INFINITY } = walk;
  const asked = Number.isFinite(atMost) ? { atMost: Math.max(1, atMost) } : {};
  for await (const entry of walk.enumerator.after(walk.from, asked)) {
    if (limitReached) return { kind: 'stopped', reason: 'item limit' };
    if ('notNow' in entry)
      return { kind: 'not now', waitMs: wholeWait(entry.notNow.waitMs, "The enumerator's notNow") };
    const { item, cursor, last = false, size = 1 } = entry;
    const abort = await walk.work({ item, cursor, size });
    if (abort !== null) return { kind: 'aborted', abort };
    if (last) return { kind: 'exhausted' };
    const reason = walk.reasonToStop();
    if (reason === 'item limit') limitReached = true;
    else if (reason !== null) return { kind: 'stopped', reason };
  }
  return { kind: 'exhausted' };
}
