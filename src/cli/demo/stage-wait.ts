/** The waits of a stage: as long as the work goes on, and then the reason why it doesn't, which ends the play as well. */
import { Standstill } from './standstill.js';
import { type StoodStill, whyNothingGoesOn } from './why-nothing-goes-on.js';

export interface StageWaits {
  /** A sign that the work goes on. */
  goesOn(): void;
  /** @param itemMs pretended work of one order, which is no standstill */
  waitFor<T>(waitedFor: string, itemMs: number, wait: Promise<T>): Promise<T>;
}

/** @param limitMs the longest time without a sign. @param fail ends the play */
export function stageWaits(
  place: Omit<StoodStill, 'waitedFor' | 'limitMs'>,
  { limitMs, fail }: { readonly limitMs: number; readonly fail: (reason: Error) => void },
): StageWaits {
  const standstill = new Standstill();
  return {
    goesOn: () => standstill.goesOn(),
    waitFor: (waitedFor, itemMs, wait) =>
      standstill.watch(wait, {
        limitMs: limitMs + itemMs,
        reasonFor: async (stoodStillMs) => {
          const reason = await whyNothingGoesOn({ ...place, waitedFor, limitMs: stoodStillMs });
          fail(reason);
          return reason;
        },
      }),
  };
}
