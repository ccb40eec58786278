/**
 * Goes on in a new execution of the same run.
 *
 * G1  What is under way ends first (`pending-work.ts`).
 * G2  The memo goes along: what was upserted would otherwise be lost.
 * G3  A run that was cancelled meanwhile ends as cancelled: the new execution would not know of it.
 */
import { condition, makeContinueAsNewFunc, sleep, type Workflow, workflowInfo } from '@temporalio/workflow';
import type { PendingWork } from './pending-work.js';

export interface GoingOn {
  readonly pending: PendingWork;
  /** Milliseconds to wait before, by a durable timer; 0: none. */
  readonly waitMs?: number;
  /** Where the next execution runs; default: where this one does. */
  readonly taskQueue?: string;
  /** Asked while it waits: what to throw instead, of a run that would never come to rest; null: nothing. */
  readonly giveUp?: () => Error | null;
}

/**
 * Ends this execution.
 *
 * @param next the arguments of the next one, asked for when nothing is under way any more
 * @throws what `giveUp` says; ContinueAsNew, which must reach the Workflow's root; CancelledFailure where the run was cancelled
 */
export async function continueAsNewWith<W extends Workflow>(
  next: () => Parameters<W>,
  { pending, waitMs = 0, taskQueue, giveUp = () => null }: GoingOn,
): Promise<never> {
  if (waitMs > 0) await sleep(waitMs);
  for (;;) {
    await condition(() => pending.none || giveUp() !== null);
    await othersHaveRun();
    const given = giveUp();
    if (given !== null) throw given;
    if (pending.none) break;
  }
  const goOn = makeContinueAsNewFunc<W>({
    memo: { ...workflowInfo().memo },
    ...(taskQueue === undefined ? {} : { taskQueue }),
  });
  return goOn(...next());
}

/**
 * Resolves when all else that could run in this activation has run.
 *
 * A condition is looked at as soon as an Activity's result is in, before the code that awaits this result has gone on: that
 * may schedule the next Activity. One that is false at first is looked at again only after all microtasks.
 */
async function othersHaveRun(): Promise<void> {
  let asked = false;
  await condition(() => {
    const before = asked;
    asked = true;
    return before;
  });
}
