/** What both jobs do: visit each number up to the last, once. */
import { type BatchStart, type Enumerator, enumerator, iteration, skip, workBatch } from 'leftoff/iteration';
import type { Count } from './workflows.js';

/** Told of each number before its work is done. */
export type Visit = (pattern: 'iteration' | 'steps', number: bigint, stopping: AbortSignal) => Promise<void>;

export type Activities = ReturnType<typeof countingActivities>;

export function countingActivities(visit: Visit) {
  return {
    countNumbers: iteration({
      buildEnumerator: (input: Count) => numbersOf(input),
      eachIteration: (number, _input, { stopping }) => visit('iteration', number, stopping),
      onComplete: async ({ upTo, since }) => `${typeof upTo} ${since.toISOString()}`,
      onError: skip(),
    }),
    countBatch: ({ from, input }: { readonly from: BatchStart<bigint>; readonly input: Count }) =>
      workBatch({
        from,
        enumerator: numbersOf(input),
        eachIteration: (number, { stopping }) => visit('steps', number, stopping),
        checkpointEvery: 10,
      }),
  };
}

function numbersOf({ upTo }: Count): Enumerator<bigint, bigint> {
  return enumerator(async function* (cursor: bigint | null) {
    for (let number = (cursor ?? 0n) + 1n; number <= upTo; number += 1n)
      yield { item: number, cursor: number };
  });
}
