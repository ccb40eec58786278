/**
 * An enumerator: items one after another, each with the cursor to resume strictly *after* it.
 *
 * N1  `after(cursor)` yields the items strictly after the cursor, in one order; after null, from the first.
 * N2  A cursor is unique to its item.
 * N3  The library hands the cursor in: a job can't forget it, and so can't start over by mistake.
 *
 * @see job-iteration lib/job-iteration/iteration.rb (`build_enumerator`, which gets the cursor and has to pass it on)
 */
import type { Cursor } from '../../cursor.js';

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

export interface Enumerator<Item, C extends Cursor> {
  /** @throws CursorMismatchError for a cursor that isn't one of its own */
  after(cursor: C | null): AsyncIterable<Entry<Item, C> | NotNow>;
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
      `${enumerator} can't resume after ${describe(found)}: its cursor is ${expected}. Did a deployment change the enumerator of a run that is under way? Start a new run, or give the old code back to this one.`,
    );
  }
}

/** An enumerator of your own, out of an async generator that gets the cursor to resume strictly after. */
export function enumerator<Item, C extends Cursor>(
  after: (cursor: C | null) => AsyncIterable<Entry<Item, C> | NotNow>,
): Enumerator<Item, C> {
  return { after };
}

function describe(cursor: unknown): string {
  return JSON.stringify(cursor, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
