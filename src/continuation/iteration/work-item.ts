/**
 * One item: its work, its checkpoint, and what the error policy makes of a failure. Both patterns' loops do items so.
 *
 * I1  With a store that fences, the item's effect and its cursor commit together; the progress is taken over after that.
 * I2  What is no item's fault passes through: an outage, a store that could not keep it, a lost fence, the stop
 *     itself, another attempt's claim.
 * I3  An item that is passed over moves the cursor as a done one does, in a transaction of its own: its effects are undone.
 * I4  An item that ends the run (`abort`) is not done: with a fence its effects are undone too.
 * I5  A cursor that can't be kept, or is the one that the run stands at, is refused before the item has any effect.
 * I6  While the attempt is to stop, an error decides nothing: the stop itself may have made it, in words that nobody knows
 *     (an HTTP client's, a pool's). The run is interrupted before the item; an error of the item's own comes again.
 */
import { type Checkpoint, type Counts, noCounts } from '../checkpoint.js';
import { type Cursor, type EncodedCursor, encodeCursor, sameCursor } from '../cursor.js';
import { type ActivityAttempt, isStopItself } from './activity-attempt.js';
import { CursorNotUniqueError } from './enumerators/enumerator.js';
import {
  decide,
  type ErrorDecision,
  type ErrorPolicy,
  type ErrorRule,
  errorMessage,
  isAway,
} from './error-policy.js';
import { type Abort, type ItemResult, isAbort, isCounts } from './item-result.js';
import type { ItemEnd, IterationProgress } from './iteration-progress.js';
import {
  FenceLostError,
  StoreFaultError,
  type StoreSession,
  type Transaction,
} from './stores/checkpoint-store.js';

export interface ItemRules<Item> extends ErrorRule {
  readonly visit: (
    item: Item,
    transaction: Transaction | null,
  ) => Promise<ItemResult | undefined> | Promise<void>;
  readonly skipped: (item: Item, reason: string, transaction: Transaction | null) => Promise<void>;
  readonly onError?: ErrorPolicy<Item> | undefined;
}

export interface ItemSurroundings<C extends Cursor> {
  readonly attempt: ActivityAttempt;
  readonly progress: IterationProgress<C>;
  readonly session: StoreSession;
  readonly keepsEachItem: boolean;
}

export interface ItemInHand<Item, C extends Cursor> {
  readonly item: Item;
  readonly cursor: C;
  readonly size: number;
}

/** An item's error with what was decided about it: the loop's end counts it and throws. */
class ItemFailure extends Error {
  override readonly name = 'ItemFailure';

  constructor(
    override readonly cause: unknown,
    readonly decision: ErrorDecision,
  ) {
    super(errorMessage(cause));
  }
}

/** What ends a walk: the error, whether it is an outage, and what is to be done about it. */
export function endedBy(
  thrown: unknown,
  rule: ErrorRule,
): { readonly error: unknown; readonly away: boolean; readonly decision: ErrorDecision } {
  if (thrown instanceof ItemFailure) return { error: thrown.cause, away: false, decision: thrown.decision };
  return { error: thrown, away: isAway(thrown, rule), decision: decide(undefined, thrown, null) };
}

/** Rolls the store's transaction back on the way out; never seen outside of this file. */
class RunAborted extends Error {
  constructor(readonly abort: Abort) {
    super('The job ended its run at this item.');
  }
}

/**
 * @returns null when the item is done or passed over, else how it ends the run
 * @throws ItemFailure, and what is no item's fault (I2); before its work InvalidCursorError, CursorTooLargeError and
 *   CursorNotUniqueError (I5)
 */
export async function workItem<Item, C extends Cursor>(
  inHand: ItemInHand<Item, C>,
  rules: ItemRules<Item>,
  around: ItemSurroundings<C>,
): Promise<Abort | null> {
  const { item, cursor, size } = inHand;
  const encoded = ownPosition(cursor, around.progress);
  try {
    await keep(around, { cursor, encoded, size }, async (transaction) => {
      const result = await rules.visit(item, transaction);
      if (isAbort(result)) throw new RunAborted(result);
      // Whatever else a job's function happens to return says that the item is done.
      if (!isCounts(result)) return { counts: { ...noCounts, processed: size }, skipped: null };
      assertCounts(result);
      return { counts: result, skipped: null };
    });
    return null;
  } catch (error) {
    if (error instanceof RunAborted) return error.abort;
    if (isNoItemsFault(error, rules, around.attempt)) throw error;
    assertNotStopping(error, around.attempt);
    const decision = decide(rules.onError, error, item);
    const facts = { cursor: encoded, error: errorMessage(error) };
    if (decision.onError !== 'skip') {
      around.attempt.log('warn', 'An item failed', { ...facts, policy: decision.onError });
      throw new ItemFailure(error, decision);
    }
    const reason = decision.reason(error);
    around.attempt.log('warn', 'An item failed and is passed over', { ...facts, reason });
    await keep(around, { cursor, encoded, size }, async (transaction) => {
      await rules.skipped(item, reason, transaction);
      return { counts: { ...noCounts, failed: size }, skipped: reason };
    });
    return null;
  }
}

/** The item's cursor as it will be kept. @throws InvalidCursorError, CursorTooLargeError, CursorNotUniqueError */
function ownPosition<C extends Cursor>(cursor: C, { position }: IterationProgress<C>): EncodedCursor {
  const encoded = encodeCursor(cursor);
  if (position !== null && sameCursor(encoded, position)) throw new CursorNotUniqueError(cursor);
  return encoded;
}

/** What isn't a number here would be found when the checkpoint is read back, and end every attempt from then on. */
function assertCounts({ processed, failed, revisited }: Counts): void {
  for (const count of [processed, failed, revisited])
    if (!Number.isSafeInteger(count) || count < 0)
      throw new TypeError(
        `eachIteration returned ${JSON.stringify({ processed, failed, revisited })}: counts are whole numbers from 0 up.`,
      );
}

async function keep<C extends Cursor>(
  { progress, session, keepsEachItem, attempt }: ItemSurroundings<C>,
  { cursor, encoded, size }: { readonly cursor: C; readonly encoded: EncodedCursor; readonly size: number },
  work: (transaction: Transaction | null) => Promise<ItemEnd>,
): Promise<void> {
  let made: Checkpoint | null = null;
  const after = (ofItem: ItemEnd): Checkpoint => {
    made = progress.after(cursor, ofItem, { size, encoded });
    return made;
  };
  const end = await session.item(work, after, size);
  const checkpoint = made ?? progress.after(cursor, end, { size, encoded });
  const seam = attempt.itemDone(encoded);
  if (seam !== null) await seam;
  progress.adopt(cursor, end, checkpoint, keepsEachItem ? 'stored' : 'not stored');
}

/** @throws the stop itself, where there is one (I6) */
function assertNotStopping(error: unknown, { stopping, log }: ActivityAttempt): void {
  if (!stopping.aborted) return;
  log('warn', 'An item failed while its attempt was to stop: it decides nothing, the item is met again', {
    error: errorMessage(error),
  });
  throw stopping.reason;
}

function isNoItemsFault(error: unknown, rule: ErrorRule, attempt: ActivityAttempt): boolean {
  if (error instanceof FenceLostError || isStopItself(error, attempt)) return true;
  // Throws where another attempt owns the work: then this error is nobody's business any more.
  attempt.interruption();
  return error instanceof StoreFaultError || isAway(error, rule);
}
