/**
 * What a partitioned run hands to a child that has no place of its own to go on from: whose stores and fence are its.
 *
 * H1  The chain stays the same over retries of the partitioned run, and the generation rises with each: what an earlier
 *     run of the child left in a store is found, and what is left of that run itself is refused.
 * H2  A child that had begun before without keeping anything is told so (`lostSince`).
 */
import type { CarriedIteration } from './carried-iteration.js';
import { invalidCarried } from './continuation-errors.js';

export interface CarriedChain {
  readonly type: 'leftoff.chain';
  readonly version: 1;
  /** As in a Continuation. */
  readonly chain: string;
  /** The generation to count on from. */
  readonly generation: number;
  /** As in a Continuation; left out: the child begins for the first time. */
  readonly lostSince?: number;
}

/** What was carried to an enumerator's run: nothing, its chain, or its place. @throws InvalidCarriedError for anything else */
export function readIteration(
  carried: CarriedIteration | CarriedChain | null | undefined,
): Partial<CarriedIteration> {
  if (carried === null || carried === undefined) return {};
  switch (carried.type) {
    case 'leftoff.chain':
      return { chain: carried.chain, generation: carried.generation };
    case 'leftoff.carried-iteration':
      if (carried.version === 1) return carried;
  }
  throw invalidCarried(carried, "an enumerator's 'leftoff.carried-iteration' of version 1");
}
