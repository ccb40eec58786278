/** Walks from 1 to a number, in both patterns, and notes what was visited. */
import {
  type BatchStart,
  enumerator,
  iteration,
  workBatch,
  workOnce,
} from '../../../src/continuation/iteration/index.js';

export type WalkActivities = ReturnType<typeof walkActivities>;

/** Numbers that one checkpoint of the step pattern covers. */
export const batchSize = 4;

export function walkActivities(note: (event: string) => void = () => undefined) {
  const numbers = (upTo: number) =>
    enumerator<number, number>(async function* (cursor) {
      for (let item = (cursor ?? 0) + 1; item <= upTo; item += 1)
        yield { item, cursor: item, last: item === upTo };
    });
  const visit = async (number: number, { stopping }: { readonly stopping: AbortSignal }): Promise<void> => {
    note(stopping.aborted ? `${number} while stopping` : `${number}`);
  };
  return {
    walk: iteration({
      buildEnumerator: ({ upTo }: { readonly upTo: number }) => numbers(upTo),
      eachIteration: (number, _args, context) => visit(number, context),
      onShutdown: async (reason) => note(reason),
    }),
    walkBatch: ({ from, upTo }: { readonly from: BatchStart<number>; readonly upTo: number }) =>
      workBatch({ from, enumerator: numbers(upTo), eachIteration: visit, checkpointEvery: batchSize }),
    countNumbers: (upTo: number) => workOnce(async () => upTo),
  };
}
