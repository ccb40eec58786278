/**
 * Goes on in a new execution of the same run.
 *
 * G1  What is under way ends first (`pending-work.ts`).
 * G2  The memo goes along: what was upserted would otherwise be lost.
 * G3  A paused run goes on when it is unpaused, and not before: the new execution would not know of it either.
 * G4  A run that was cancelled meanwhile ends as cancelled: the new execution would not know of it.
 */
import { makeContinueAsNewFunc, type Workflow, workflowInfo } from '@temporalio/workflow';
import type { RunControl } from './control.js';
import type { PendingWork, WaitForTheRest } from './pending-work.js';

export interface GoingOn extends WaitForTheRest {
  readonly pending: PendingWork;
  readonly control: Pick<RunControl, 'mustHold' | 'hold' | 'sleep'>;
  /** Milliseconds to wait before, by a durable timer; 0: none. */
  readonly waitMs?: number;
  /** Where the next execution runs; default: where this one does. */
  readonly taskQueue?: string;
}

/**
 * Ends this execution.
 *
 * @param next the arguments of the next one, asked for when nothing is under way any more
 * @throws what `giveUp` says; ContinueAsNew, which must reach the Workflow's root; CancelledFailure where the run was cancelled
 */
export async function continueAsNewWith<W extends Workflow>(
  next: () => Parameters<W>,
  { pending, control, waitMs = 0, taskQueue, ...rest }: GoingOn,
): Promise<never> {
  if (waitMs > 0) await control.sleep(waitMs);
  await pending.ended(rest);
  while (control.mustHold) {
    await control.hold();
    // A message handler may have begun something meanwhile.
    await pending.ended(rest);
  }
  const goOn = makeContinueAsNewFunc<W>({
    memo: { ...workflowInfo().memo },
    ...(taskQueue === undefined ? {} : { taskQueue }),
  });
  return goOn(...next());
}
