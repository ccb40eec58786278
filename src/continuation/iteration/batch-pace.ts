/**
 * When a step's batch is full: after so many items, or by time.
 *
 * B1  By time it goes on from what the batches before it learnt, which the step hands on (`BatchStart.cadence`).
 * B2  What a checkpoint costs, the way to a worker and back, only the step sees, by the server's clock alone. To open the work
 *     (the query's first page) is part of it: each batch pays that as well.
 * B3  Where nothing is done again whatever is lost, the bound of redone work bounds nothing but how far history is behind the store:
 *     there it is `behindMs`, unless somebody has said another.
 */
import type { Batch, CarriedCadence } from '../checkpoint.js';
import { boundsOf, type CadenceBounds, type CheckpointEvery } from '../checkpoint-cadence.js';
import { Cadence } from './cadence.js';

export interface BatchPace {
  /** An item is in hand. */
  begins(nowMs: number): void;
  /** So many items came to an end. */
  advanced(nowMs: number, items: number): void;
  readonly isFull: boolean;
  /** About how many items may be left of it; undefined: nobody knows. */
  readonly expected: number | undefined;
  /** What the batch says of it in its report. */
  readonly report: () => Pick<Batch, 'cadence' | 'openedMs'>;
}

/** Milliseconds of work that history may be behind a store in which nothing is lost. */
const behindMs = 5_000;

/**
 * @param done items that an attempt before had done of this batch
 * @param fenced whether each item's checkpoint commits with it
 */
export function batchPace(
  every: CheckpointEvery,
  {
    carried,
    beginsMs,
    done,
    fenced,
  }: {
    readonly carried: CarriedCadence | undefined;
    readonly beginsMs: number;
    readonly done: number;
    readonly fenced: boolean;
  },
): BatchPace {
  if (typeof every === 'number') return byNumber(every, done);
  const bounds = boundsOf(every);
  const isSaid = every !== 'auto' && every.redoMs !== undefined;
  return byTime(fenced && !isSaid ? { ...bounds, redoMs: behindMs } : bounds, carried, beginsMs);
}

function byNumber(every: number, done: number): BatchPace {
  // Not by what the items count: one that counts nothing is gone through all the same.
  let walked = done;
  return {
    begins: () => undefined,
    advanced: (_, items) => {
      walked += items;
    },
    get isFull() {
      return walked >= every;
    },
    get expected() {
      return every - walked;
    },
    report: () => ({}),
  };
}

function byTime(bounds: CadenceBounds, carried: CarriedCadence | undefined, beginsMs: number): BatchPace {
  const cadence = new Cadence(bounds, beginsMs, { learnt: carried ?? null });
  const { costMs = null } = carried ?? {};
  if (costMs !== null) cadence.checkpointed(costMs);
  let openedMs: number | null = null;
  return {
    begins: (nowMs) => {
      if (openedMs !== null) return;
      openedMs = nowMs - beginsMs;
      cadence.begin(nowMs);
    },
    advanced: (nowMs, items) => cadence.advanced(nowMs, items),
    get isFull() {
      return cadence.isDue;
    },
    get expected() {
      return cadence.expectedItems;
    },
    report: () => {
      cadence.worked();
      const { inForce } = cadence;
      return openedMs === null ? { cadence: inForce } : { cadence: inForce, openedMs: Math.round(openedMs) };
    },
  };
}
