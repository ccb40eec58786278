/**
 * An enumerator: items one after another, each with the cursor to resume strictly *after* it.
 *
 * N1  `after(cursor)` yields the items strictly after the cursor, in one order; after null, from the first.
 * N2  A cursor is unique to its item. Two items in a row that share one are refused before the second is worked on.
 * N3  The library hands the cursor in: a job can't forget it, and so can't start over by mistake.
 *
 * @see job-iteration lib/job-iteration/iteration.rb (`build_enumerator`, which gets the cursor and has to pass it on)
 */
import type { Cursor } from '../../cursor.js';
import { describeCursor } from './describe-cursor.js';

export interface Entry<Item, C extends Cursor> {
  readonly item: Item;
  readonly cursor: C;
  /** Said where the enumerator knows it: a run that is told to stop here is completed instead of interrupted. */
  readonly last?: boolean;
  /** How many items this entry counts for: a batch of rows says how many; default 1. */
  readonly size?: number;
}

/** In place of an item: not now. The run waits in its Workflow, by a durable timer, and comes back to the same place. */
export interface NotNow {
  readonly notNow: { readonly waitMs: number };
}

/** What is known of how much will be asked for. */
export interface Asked {
  /** About as many items, and mostly no more: reading further ahead is in vain. It is no limit, and ends nothing. */
  readonly atMost?: number;
}

export interface Enumerator<Item, C extends Cursor> {
  /**
   * A function and not a method, so that the compiler refuses cursors of another type.
   *
   * @throws CursorMismatchError for a cursor that isn't one of its own
   */
  readonly after: (cursor: C | null, asked?: Asked) => AsyncIterable<Entry<Item, C> | NotNow>;
}

/**
 * The items can't be gone through: a mistake in the code or the data, no item's fault. It fails the run at once with its
 * cursor kept, unless it may pass on another worker or by itself.
 */
export abstract class EnumerationRefusal extends Error {
  /** Whether to try again all the same. */
  readonly mayPass: boolean = false;
}

/** A cursor that another enumerator must have written: a deployment changed what a run goes by. */
export class CursorMismatchError extends EnumerationRefusal {
  override readonly name = 'CursorMismatchError';

  constructor(enumerator: string, expected: string, found: unknown) {
    super(
      `${enumerator} can't resume after ${describeCursor(found)}: its cursor is ${expected}. Did a deployment change the enumerator of a run that is under way? Start a new run, or give the old code back to this one.`,
    );
  }
}

/** Two neighbours with one cursor: told before the second is worked on. */
export class CursorNotUniqueError extends EnumerationRefusal {
  override readonly name = 'CursorNotUniqueError';

  constructor(
    readonly cursor: unknown,
    whose: 'items' | 'parents in nested()' = 'items',
  ) {
    super(
      `Two ${whose} in a row have the cursor ${describeCursor(cursor)}. A run that is interrupted between them resumes strictly after it, and would lose the second. Give each a cursor of its own: not its page's token alone, say, but that with its place in the page. Then start a new run: the place that this one keeps is behind the first of them.`,
    );
  }
}

/** Something else where an enumerator should be. */
export class NotAnEnumeratorError extends EnumerationRefusal {
  override readonly name = 'NotAnEnumeratorError';

  constructor(where: string, found: string) {
    super(`${where} returned ${found}; it must return an enumerator, one without items for nothing to do.`);
  }
}

/** What was given in the place of an enumerator, in words; null: it is one. */
export function whatIsNoEnumerator(built: unknown): string | null {
  if (typeof built === 'object' && built !== null && 'after' in built && typeof built.after === 'function')
    return null;
  if (Array.isArray(built)) return 'an array: wrap it, as array(items)';
  return built === null || built === undefined ? String(built) : `a ${typeof built}`;
}

/** An enumerator of your own, out of an async generator that gets the cursor to resume strictly after. */
export function enumerator<Item, C extends Cursor>(
  after: (cursor: C | null, asked?: Asked) => AsyncIterable<Entry<Item, C> | NotNow>,
): Enumerator<Item, C> {
  return { after };
}
