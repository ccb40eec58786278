/** Work of numbered items for the tests of the loops: what was done, and where it stops or fails. */
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { Counts } from '../../../src/continuation/checkpoint.js';
import { type Enumerator, enumerator } from '../../../src/continuation/iteration/index.js';

export const items = 10;

export interface NumberedWork {
  /** The items visited, in order. */
  readonly visited: number[];
  readonly visit: (item: number) => Promise<Counts>;
  /** The items up to `items`, each its own cursor unless told otherwise. */
  readonly numbers: Enumerator<number, number>;
}

export interface NumberedWorkOptions {
  /** Called with the item in hand. */
  readonly during?: (item: number) => void;
  /** What a visit of this item throws. */
  readonly failure?: { readonly at: number; readonly error: Error };
  /** Replaces each item's own cursor. */
  readonly cursorOf?: (item: number) => number;
}

export function numberedWork({
  during,
  failure,
  cursorOf = (item) => item,
}: NumberedWorkOptions = {}): NumberedWork {
  const visited: number[] = [];
  return {
    visited,
    async visit(item) {
      during?.(item);
      if (item === failure?.at) throw failure.error;
      visited.push(item);
      return { processed: 1, failed: 0, revisited: 0 };
    },
    numbers: enumerator(async function* (cursor: number | null) {
      for (let item = cursor === null ? 0 : cursor + 1; item < items; item += 1)
        yield { item, cursor: cursorOf(item) };
    }),
  };
}

/** Collects an environment's heartbeat details, oldest first. */
export function heartbeatsOf(environment: MockActivityEnvironment): unknown[] {
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  return heartbeats;
}
