/**
 * What a run waits for before it continues as new or fails, so that nothing under way is lost.
 *
 * P1  All Activities that were scheduled and have not ended, local ones too, whoever scheduled them: their results go to
 *     this execution and no other, and one that was abandoned would do its work unseen.
 * P2  Message handlers that have not ended, but not for ever: one that waits for the job itself would never end, for the
 *     job stands at its checkpoint.
 * P3  Whatever else was put under `alongside`: a child Workflow's result, a Nexus operation, anything composed.
 *     So should be an Activity that the job awaits only after a checkpoint (rather than beside it, as in Promise.all): where it
 *     fails while the run is interrupted there, nobody comes to await it, and the SDK fails the Workflow Task for an
 *     unhandled rejection, again and again, until the code is mended.
 * P4  Not timers, and not children outside `alongside`: one that is to outlive the execution would hold it for ever.
 */
import { allHandlersFinished, condition, log } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { holdsHere } from './later-rules.js';

/** Long for a handler that works, short for a run that stands still. */
export const defaultHandlersWaitMs = 60_000;

export interface WaitForTheRest {
  /** Milliseconds that message handlers have after all else has ended. */
  readonly handlersWaitMs?: number;
  /** Asked while it waits: what to throw instead, of a run that would never come to rest; null: nothing. */
  readonly giveUp?: () => Error | null;
}

export class PendingWork {
  #alongside = 0;

  /** Holds the run's end until this has ended, in whatever way. */
  alongside<R>(work: () => Promise<R>): Promise<R> {
    this.#alongside += 1;
    const ended = () => {
      this.#alongside -= 1;
    };
    const promise = (async () => work())();
    // Handles a rejection as well: a job that was interrupted meanwhile will never come to await it.
    promise.then(ended, ended);
    return promise;
  }

  /**
   * Resolves when nothing is under way any more, but handlers that took too long.
   *
   * @throws what `giveUp` says; CancelledFailure where the run was cancelled
   */
  async ended({
    handlersWaitMs = defaultHandlersWaitMs,
    giveUp = () => null,
  }: WaitForTheRest = {}): Promise<void> {
    let handlers: 'waited for' | 'given up' = 'waited for';
    const none = () => this.#work === 0 && (handlers === 'given up' || allHandlersFinished());
    const onlyHandlers = () => this.#work === 0 && !allHandlersFinished();
    for (;;) {
      await condition(() => none() || giveUp() !== null || onlyHandlers());
      await othersHaveRun();
      const given = giveUp();
      if (given !== null) throw given;
      if (none()) return;
      if (!onlyHandlers()) continue;
      handlers = await this.#handlersEnded(handlersWaitMs);
    }
  }

  /** Waits for handlers, for a while, or until they started something that is waited for. */
  async #handlersEnded(handlersWaitMs: number): Promise<'waited for' | 'given up'> {
    const settled = () => this.#work > 0 || allHandlersFinished();
    if (!holdsHere('leftoff-handlers-wait-is-bounded')) {
      await condition(settled);
      return 'waited for';
    }
    if (await condition(settled, handlersWaitMs)) return 'waited for';
    const names = unfinishedHandlers();
    log.warn(
      `Message handlers did not end within ${handlersWaitMs} ms, and are left behind: ${names.join(', ')}. A handler that waits for the job never ends while the job stands at a checkpoint`,
      { handlers: names },
    );
    return 'given up';
  }

  /** Whether nothing is under way. Asked when all else that could run in this activation has run. */
  async isNone(): Promise<boolean> {
    await othersHaveRun();
    return this.#work === 0 && allHandlersFinished();
  }

  get #work(): number {
    return this.#alongside + getActivator().completions.activity.size;
  }
}

/** The SDK keeps these, and the Activities' count above, and has no public word for them. The compiler checks the import, so a release without them is seen. */
function unfinishedHandlers(): string[] {
  const { inProgressSignals, inProgressUpdates } = getActivator();
  return [...inProgressSignals.values(), ...inProgressUpdates.values()].map(({ name }) => name);
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
